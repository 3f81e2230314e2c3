//go:build unix

package userland

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// grep is `grep [-EFGivqnclorx] PATTERN [FILE…]`. Patterns are Go's regular
// expressions, near to extended ones, with or without -E.
func grep(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("grep", args, "EFGivqnclorxhHse:", s)
	if err != nil {
		return status(2)
	}
	pattern, given := opts.set['e']
	if !given {
		if len(opts.words) == 0 {
			fmt.Fprintln(s.err, "usage: grep [OPTIONS] PATTERN [FILE…]")
			return status(2)
		}
		pattern, opts.words = opts.words[0], opts.words[1:]
	}
	if opts.has('F') {
		pattern = regexp.QuoteMeta(pattern)
	}
	if opts.has('x') {
		pattern = "^(?:" + pattern + ")$"
	}
	if opts.has('i') {
		pattern = "(?i)" + pattern
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		fmt.Fprintf(s.err, "grep: %v\n", err)
		return status(2)
	}
	paths := opts.words
	if opts.has('r') {
		paths = filesUnder(paths)
	}
	out := bufio.NewWriter(s.out)
	defer out.Flush()
	matched := false
	failed := eachInput("grep", paths, s, func(path string, in io.Reader) error {
		prefix := ""
		if (len(paths) > 1 || opts.has('r') || opts.has('H')) && !opts.has('h') {
			prefix = path + ":"
		}
		number, hits := 0, 0
		err := eachLine(in, func(line string) bool {
			number++
			if expression.MatchString(line) == opts.has('v') {
				return true
			}
			matched = true
			hits++
			switch {
			case opts.has('q'):
				return false
			case opts.has('l'):
				fmt.Fprintln(out, path)
				return false
			case opts.has('c'):
				return true
			}
			place := prefix
			if opts.has('n') {
				place += strconv.Itoa(number) + ":"
			}
			if opts.has('o') && !opts.has('v') {
				for _, part := range expression.FindAllString(line, -1) {
					fmt.Fprintln(out, place+part)
				}
				return true
			}
			fmt.Fprintln(out, place+line)
			return true
		})
		if opts.has('c') {
			fmt.Fprintf(out, "%s%d\n", prefix, hits)
		}
		return err
	})
	switch {
	case matched && opts.has('q'):
		return nil
	case failed != nil:
		return status(2)
	case !matched:
		return status(1)
	}
	return nil
}

// filesUnder lists the regular files at and below the paths, "." for none.
func filesUnder(paths []string) []string {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, root := range paths {
		filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Type().IsRegular() {
				files = append(files, path) // one that can't be read is reported when it is opened
			}
			return nil
		})
	}
	return files
}

// cut is `cut -f LIST [-d CHAR] [-s] [FILE…]` or `cut -c LIST`.
func cut(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("cut", args, "d:f:c:s", s)
	if err != nil {
		return err
	}
	separator, list := "\t", opts.set['f']
	if d, given := opts.set['d']; given {
		separator = d
	}
	if opts.has('c') {
		separator, list = "", opts.set['c']
	}
	if list == "" {
		fmt.Fprintln(s.err, "usage: cut -f LIST [-d CHAR] | -c LIST [FILE…]")
		return status(1)
	}
	return eachInput("cut", opts.words, s, func(_ string, in io.Reader) error {
		return eachLine(in, func(line string) bool {
			if separator != "" && !strings.Contains(line, separator) {
				if !opts.has('s') {
					fmt.Fprintln(s.out, line)
				}
				return true
			}
			var kept []string
			for i, field := range strings.Split(line, separator) {
				if listed(list, i+1) {
					kept = append(kept, field)
				}
			}
			fmt.Fprintln(s.out, strings.Join(kept, separator))
			return true
		})
	})
}

// listed reports whether n is in a list such as 1,3-5,7-.
func listed(list string, n int) bool {
	for _, part := range strings.Split(list, ",") {
		low, high, ranged := strings.Cut(part, "-")
		first, err := strconv.Atoi(low)
		if err != nil {
			first = 1
		}
		last := first
		if ranged {
			if last, err = strconv.Atoi(high); err != nil {
				last = n
			}
		}
		if first <= n && n <= last {
			return true
		}
	}
	return false
}

// translate is `tr [-d] SET [SET]`, with ranges and the usual escapes.
func translate(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("tr", args, "d", s)
	if err != nil {
		return err
	}
	want := 2
	if opts.has('d') {
		want = 1
	}
	if len(opts.words) != want {
		fmt.Fprintln(s.err, "usage: tr SET SET | tr -d SET")
		return status(1)
	}
	from, to := set(opts.words[0]), []rune(nil)
	if want == 2 {
		if to = set(opts.words[1]); len(to) == 0 {
			fmt.Fprintln(s.err, "tr: the second set is empty")
			return status(1)
		}
	}
	table := make(map[rune]rune, len(from))
	for i, r := range from {
		if _, twice := table[r]; twice {
			continue
		}
		table[r] = -1
		if to != nil {
			table[r] = to[min(i, len(to)-1)]
		}
	}
	content, err := io.ReadAll(s.in)
	if err != nil {
		return err
	}
	_, err = io.WriteString(s.out, strings.Map(func(r rune) rune {
		if to, listed := table[r]; listed {
			return to
		}
		return r
	}, string(content)))
	return err
}

// set expands a-z ranges, [:upper:] and [:lower:], and \n, \t, \\.
func set(text string) []rune {
	text = strings.NewReplacer(
		`\n`, "\n", `\t`, "\t", `\r`, "\r", `\\`, `\`,
		"[:upper:]", "A-Z", "[:lower:]", "a-z", "[:digit:]", "0-9", "[:space:]", " \t\n\v\f\r",
	).Replace(text)
	var all []rune
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if i+2 < len(runes) && runes[i+1] == '-' && runes[i] <= runes[i+2] {
			for r := runes[i]; r <= runes[i+2]; r++ {
				all = append(all, r)
			}
			i += 2
			continue
		}
		all = append(all, runes[i])
	}
	return all
}
