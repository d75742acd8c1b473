# TAB for leakyrelu in bash 4.4 or later. The program itself says what to offer: see leakyrelu_cli/cli/completion.py.

_leakyrelu() {
    local kind=files
    COMPREPLY=()
    # After < and > stands a file, whatever the program would say.
    if [[ ${COMP_WORDS[COMP_CWORD - 1]} != [\<\>]* ]]; then
        {
            IFS= read -r kind
            mapfile -t COMPREPLY
        } < <("${1/#\~\//$HOME/}" __complete bash \
            "${COMP_LINE:0:COMP_POINT}" "$2" "${COMP_LINE:COMP_POINT}" 2>/dev/null)
    fi
    case $kind in
        files) compopt -o default ;;
        directories) compopt -o dirnames ;;
    esac
}

complete -o nosort -F _leakyrelu leakyrelu
