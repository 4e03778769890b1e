extern "C" {
    fn actn_bent_forward_f32(x: *const f32, y: *mut f32, n: usize, slope: f32) -> i32;
}

fn main() {
    let x = [-2.0f32, -1.0, 0.0, 3.0];
    let mut y = [0.0f32; 4];
    // SAFETY: both arrays hold as many elements as are named.
    let status = unsafe { actn_bent_forward_f32(x.as_ptr(), y.as_mut_ptr(), x.len(), 0.25) };
    assert_eq!(status, 0);
    println!("bent({x:?}) = {y:?}");
    assert_eq!(y, [-0.5, -0.25, 0.0, 3.0]);
}
