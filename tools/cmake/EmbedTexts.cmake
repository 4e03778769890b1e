# actinide_embed_texts(OUTPUT source.cpp SYMBOL name FILES file...): a C++ source with `const actinide::EmbeddedText name[]`
# ended by a null name. The texts are named as their files, without folder and ending.
set(ACTINIDE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_texts_script.cmake)

function(actinide_embed_texts)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;SYMBOL" "FILES")
  list(JOIN arg_FILES "," files)
  add_custom_command(
    OUTPUT ${arg_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${arg_OUTPUT} -D SYMBOL=${arg_SYMBOL} -D FILES=${files} -P ${ACTINIDE_EMBED_SCRIPT}
    DEPENDS ${arg_FILES} ${ACTINIDE_EMBED_SCRIPT}
    VERBATIM
  )
endfunction()
