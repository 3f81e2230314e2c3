//go:build unix

package userland

import (
	"fmt"
	"strings"
)

// options are the short options of a command line and what follows them.
type options struct {
	set   map[byte]string // letter → value, "" for one without
	words []string
}

func (o options) has(letter byte) bool { _, ok := o.set[letter]; return ok }

// parseOptions reads clustered short options as getopt(3) does: a colon after a
// letter says that it takes a value, in the same word or the next. A number by
// itself (head -5) is the value of n, where the command has one.
func parseOptions(name string, args []string, letters string, s streams) (options, error) {
	parsed := options{set: map[byte]string{}}
	for len(args) > 0 {
		word := args[0]
		if word == "--" {
			args = args[1:]
			break
		}
		if len(word) < 2 || word[0] != '-' {
			break
		}
		args = args[1:]
		if word[1] >= '0' && word[1] <= '9' && strings.Contains(letters, "n:") {
			parsed.set['n'] = word[1:]
			continue
		}
		for i := 1; i < len(word); i++ {
			at := strings.IndexByte(letters, word[i])
			if at < 0 || word[i] == ':' {
				fmt.Fprintf(s.err, "%s: unknown option %q\n", name, word)
				return parsed, status(2)
			}
			if at+1 == len(letters) || letters[at+1] != ':' {
				parsed.set[word[i]] = ""
				continue
			}
			value := word[i+1:]
			if value == "" {
				if len(args) == 0 {
					fmt.Fprintf(s.err, "%s: option -%c needs a value\n", name, word[i])
					return parsed, status(2)
				}
				value, args = args[0], args[1:]
			}
			parsed.set[word[i]] = value
			break
		}
	}
	parsed.words = args
	return parsed, nil
}
