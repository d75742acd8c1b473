# TAB for leakyrelu in fish. The program itself says what to offer: see leakyrelu_cli/cli/completion.py.
# What stands behind the cursor fish does not show to completions.

function __leakyrelu_has_words --description 'Ask for $__leakyrelu_words; false where fish knows best: files'
    set -l token (commandline -ct)
    set -l before (commandline -opc)
    set -l command (string replace -r '^~/' "$HOME/" -- $before[1])
    set -l word (string unescape -- $token; or printf %s $token)
    set -l answer ($command __complete fish (math (count $before) - 1) $before[2..] "$word" 2>/dev/null)
    set -g __leakyrelu_words $answer[2..]
    if test "$answer[1]" = directories
        set -l option (string match -r -- '^--[^=]*=' $token)
        set -l path (string replace -r -- '^--[^=]*=' '' $token)
        set -g __leakyrelu_words "$option"(__fish_complete_directories $path '')
    end
    test "$answer[1]" != files
end

complete -c leakyrelu -k -f -n __leakyrelu_has_words -a '$__leakyrelu_words'
