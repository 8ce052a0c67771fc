package flags

import (
	"fmt"
	"strings"
)

// bashScript returns the script for bash 3.2 and later.
// A case has the command and the word before the cursor, as "corpus:--shards"; one
// whose value is free completes nothing rather than a flag. compopt is from bash 4
// on, and its absence does no harm.
func bashScript(all []completed) string {
	var values, words strings.Builder
	var files []string // patterns of commands that take the name of one
	for _, c := range all {
		if c.file {
			files = append(files, c.command+":*")
		}
		names := c.words
		for _, f := range c.flags {
			names = append(names, "--"+f.name)
			reply := ""
			switch {
			case len(f.values) > 0:
				reply = fmt.Sprintf("words=%q", strings.Join(f.values, " "))
			case f.files:
				reply = "files=1"
			case f.takes:
				reply = ":"
			default:
				continue
			}
			fmt.Fprintf(&values, "\t%s:--%s) %s ;;\n", c.command, f.name, reply)
		}
		fmt.Fprintf(&words, "\t\t%q) words=%q ;;\n", c.command, strings.Join(append(names, "--help"), " "))
	}
	return fmt.Sprintf(`_explain() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= files= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		%s) command=${COMP_WORDS[i]}; break ;;
		esac
	done
	case $command:$prev in
%s	*)
		case $command in
%s		esac
		case $command:$cur in
		*:-*) ;;
		%s) files=1 ;;
		esac
		;;
	esac
	COMPREPLY=()
	if [ -n "$files" ]; then
		local IFS=$'\n'
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$cur"))
	else
		COMPREPLY=($(compgen -W "$words" -- "$cur"))
	fi
}
complete -F _explain explain
`, strings.Join(all[0].words, "|"), values.String(), words.String(), strings.Join(files, "|"))
}

// zshScript returns the script for zsh, to be sourced or to lie in the fpath.
// Sourced, it registers the function; loaded from the fpath, the file is the
// function, and is called for the completion that is under way.
func zshScript(all []completed) string {
	quote := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`)
	var cases strings.Builder
	for _, c := range all {
		fmt.Fprintf(&cases, "\t%q)\n\t\t_arguments -S", c.command)
		for _, f := range append(c.flags, completedFlag{name: "help", use: "show help"}) {
			fmt.Fprintf(&cases, " \\\n\t\t\t'--%s[%s]", f.name, quote.Replace(f.use))
			switch {
			case len(f.values) > 0:
				fmt.Fprintf(&cases, ":%s:(%s)", f.name, strings.Join(f.values, " "))
			case f.files:
				fmt.Fprintf(&cases, ":%s:_files", f.name)
			case f.takes:
				fmt.Fprintf(&cases, ":%s:", f.name)
			}
			cases.WriteString("'")
		}
		switch {
		case c.command == "":
			fmt.Fprintf(&cases, " \\\n\t\t\t'1:command:(%s)'", strings.Join(c.words, " "))
		case len(c.words) > 0:
			fmt.Fprintf(&cases, " \\\n\t\t\t'*:%s:(%s)'", c.command, strings.Join(append(c.words, c.command), " "))
		default:
			cases.WriteString(" \\\n\t\t\t'*:file:_files'")
		}
		cases.WriteString("\n\t\t;;\n")
	}
	return fmt.Sprintf(`#compdef explain
_explain() {
	local command= word
	for word in ${words[2,CURRENT-1]}; do
		case $word in
		%s) command=$word; break ;;
		esac
	done
	case $command in
%s	esac
}
if [[ ${funcstack[1]} == _explain ]]; then
	_explain "$@"
else
	compdef _explain explain
fi
`, strings.Join(all[0].words, "|"), cases.String())
}

// fishScript returns the script for fish.
func fishScript(all []completed) string {
	quote := strings.NewReplacer(`\`, `\\`, "'", `\'`)
	var b strings.Builder
	b.WriteString("complete -c explain -f\n")
	for _, c := range all {
		when := "__fish_use_subcommand"
		if c.command != "" {
			when = "__fish_seen_subcommand_from " + c.command
		}
		if len(c.words) > 0 {
			fmt.Fprintf(&b, "complete -c explain -n '%s' -a '%s'\n", when, strings.Join(c.words, " "))
		}
		if c.file {
			fmt.Fprintf(&b, "complete -c explain -n '%s' -F\n", when)
		}
		for _, f := range append(c.flags, completedFlag{name: "help", use: "show help"}) {
			fmt.Fprintf(&b, "complete -c explain -n '%s' -l %s -d '%s'", when, f.name, quote.Replace(f.use))
			switch {
			case len(f.values) > 0:
				fmt.Fprintf(&b, " -x -a '%s'", strings.Join(f.values, " "))
			case f.files:
				b.WriteString(" -r -F")
			case f.takes:
				b.WriteString(" -x")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
