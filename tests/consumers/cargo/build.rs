// Compiles the kernels before the crate; `actinide` must be in PATH, or named by ACTINIDE.
use std::{env, path::Path, process::Command};

fn main() {
    let out = env::var("OUT_DIR").unwrap();
    let actinide = env::var("ACTINIDE").unwrap_or("actinide".to_string());
    let run = |more: &[&str]| {
        let output = Command::new(&actinide)
            .args(["build", "bent", "--define-file", "activations.txt", "--targets", "x86-64"])
            .args(["--passes", "forward", "--name", "kernels", "--out", &out, "--quiet"])
            .args(more)
            .output()
            .expect("actinide cannot be started; put it into PATH or name it by ACTINIDE");
        // Cargo shows the message of a build script that panics.
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&[]);
    let outputs = run(&["--print", "outputs"]);
    let archive = Path::new(outputs.lines().next().unwrap());
    println!("cargo:rustc-link-search=native={}", archive.parent().unwrap().display());
    println!("cargo:rustc-link-lib=static=kernels");
    println!("cargo:rerun-if-changed=activations.txt");
    println!("cargo:rerun-if-env-changed=ACTINIDE");
}
