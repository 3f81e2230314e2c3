package policyfile

import (
	"fmt"
	"strings"
)

// parted parts a command at blanks, as a shell would: quotes and backslashes keep what
// they are for together. What only a shell could do with it is an error, the rest of a
// sentence about the command: no image need have a shell, so none is asked.
func parted(s string) ([]string, error) {
	var out []string
	var word strings.Builder
	const none = 0
	quote, begun := rune(none), false
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		switch {
		case quote == '\'' && c == '\'', quote == '"' && c == '"':
			quote = none
		case quote == '\'':
			word.WriteRune(c)
		case c == '$' || c == '`':
			return nil, fmt.Errorf("has a %c, which only a shell knows; write it in single quotes, or have a shell run it: [sh, -c, '…']", c)
		case c == '\\' && i+1 < len(runes) && (quote == none || strings.ContainsRune(`"\`, runes[i+1])):
			i++
			word.WriteRune(runes[i])
			begun = true
		case quote == '"':
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, begun = c, true
		case strings.ContainsRune("|&;<>()*?~\n", c):
			return nil, fmt.Errorf("has a %q, which only a shell knows; put it in quotes, or have a shell run it: [sh, -c, '…']", string(c))
		case c == ' ' || c == '\t':
			if begun {
				out = append(out, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quote != none {
		return nil, fmt.Errorf("has a %c that is not closed", quote)
	}
	if begun {
		out = append(out, word.String())
	}
	return out, nil
}
