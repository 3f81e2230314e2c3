//go:build unix

package userland

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// eachLine hands over the lines of in without their newlines, of any length.
// It stops early, without an error, when do returns false.
func eachLine(in io.Reader, do func(line string) bool) error {
	reader := bufio.NewReader(in)
	for {
		line, err := reader.ReadString('\n')
		if line != "" && !do(strings.TrimSuffix(line, "\n")) {
			return nil
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// amount reads the value of -n or -c, with the suffixes k and M; def when the
// option is absent.
func amount(name string, opts options, letter byte, def int64, s streams) (int64, error) {
	text, there := opts.set[letter]
	if !there {
		return def, nil
	}
	factor := int64(1)
	switch {
	case strings.HasSuffix(text, "k"), strings.HasSuffix(text, "K"):
		factor, text = 1<<10, text[:len(text)-1]
	case strings.HasSuffix(text, "M"):
		factor, text = 1<<20, text[:len(text)-1]
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, 64)
	if err != nil || n < 0 {
		fmt.Fprintf(s.err, "%s: -%c: %q is no number\n", name, letter, opts.set[letter])
		return 0, status(1)
	}
	return n * factor, nil
}

// head is `head [-n LINES | -c BYTES] [FILE…]`.
func head(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("head", args, "n:c:q", s)
	if err != nil {
		return err
	}
	lines, err := amount("head", opts, 'n', 10, s)
	if err != nil {
		return err
	}
	bytes, err := amount("head", opts, 'c', -1, s)
	if err != nil {
		return err
	}
	return eachInput("head", opts.words, s, func(_ string, in io.Reader) error {
		if bytes >= 0 {
			_, err := io.Copy(s.out, io.LimitReader(in, bytes))
			return err
		}
		left := lines
		if left == 0 {
			return nil
		}
		return eachLine(in, func(line string) bool {
			fmt.Fprintln(s.out, line)
			left--
			return left > 0
		})
	})
}

// tail is `tail [-n LINES | -n +FIRST] [FILE…]`; it does not follow.
func tail(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("tail", args, "n:q", s)
	if err != nil {
		return err
	}
	lines, err := amount("tail", opts, 'n', 10, s)
	if err != nil {
		return err
	}
	fromStart := strings.HasPrefix(opts.set['n'], "+")
	return eachInput("tail", opts.words, s, func(_ string, in io.Reader) error {
		var kept []string
		var seen int64
		err := eachLine(in, func(line string) bool {
			seen++
			switch {
			case fromStart && seen >= lines:
				fmt.Fprintln(s.out, line)
			case !fromStart:
				kept = append(kept, line)
				if int64(len(kept)) > lines {
					kept = kept[1:]
				}
			}
			return true
		})
		for _, line := range kept {
			fmt.Fprintln(s.out, line)
		}
		return err
	})
}

// count is `wc [-lwcm] [FILE…]`.
func count(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("wc", args, "lwcm", s)
	if err != nil {
		return err
	}
	if len(opts.set) == 0 {
		opts.set = map[byte]string{'l': "", 'w': "", 'c': ""}
	}
	say := func(path string, totals map[byte]int) {
		var columns []string
		for _, letter := range []byte("lwmc") {
			if opts.has(letter) {
				columns = append(columns, strconv.Itoa(totals[letter]))
			}
		}
		if path != "" {
			columns = append(columns, path)
		}
		fmt.Fprintln(s.out, strings.Join(columns, " "))
	}
	sum := map[byte]int{}
	err = eachInput("wc", opts.words, s, func(path string, in io.Reader) error {
		content, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		text := string(content)
		one := map[byte]int{
			'l': strings.Count(text, "\n"), 'w': len(strings.Fields(text)),
			'c': len(text), 'm': utf8.RuneCountInString(text),
		}
		for letter, n := range one {
			sum[letter] += n
		}
		say(path, one)
		return nil
	})
	if len(opts.words) > 1 {
		say("total", sum)
	}
	return err
}

// sortLines is `sort [-r] [-n] [-u] [FILE…]`, by bytes as in the C locale.
func sortLines(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("sort", args, "rnu", s)
	if err != nil {
		return err
	}
	var lines []string
	failed := eachInput("sort", opts.words, s, func(_ string, in io.Reader) error {
		return eachLine(in, func(line string) bool { lines = append(lines, line); return true })
	})
	slices.SortStableFunc(lines, func(a, b string) int {
		order := strings.Compare(a, b)
		if opts.has('n') {
			if x, y := leadingNumber(a), leadingNumber(b); x != y {
				order = 1
				if x < y {
					order = -1
				}
			}
		}
		if opts.has('r') {
			return -order
		}
		return order
	})
	if opts.has('u') {
		lines = slices.Compact(lines)
	}
	for _, line := range lines {
		fmt.Fprintln(s.out, line)
	}
	return failed
}

// leadingNumber is the number a line starts with, zero for one without.
func leadingNumber(line string) float64 {
	line = strings.TrimLeft(line, " \t")
	end := 0
	for end < len(line) && strings.IndexByte("+-.0123456789", line[end]) >= 0 {
		end++
	}
	n, _ := strconv.ParseFloat(line[:end], 64)
	return n
}

// uniq is `uniq [-c] [-d] [FILE]`.
func uniq(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("uniq", args, "cd", s)
	if err != nil {
		return err
	}
	return eachInput("uniq", opts.words, s, func(_ string, in io.Reader) error {
		last, times := "", 0
		flush := func() {
			switch {
			case times == 0 || opts.has('d') && times == 1:
			case opts.has('c'):
				fmt.Fprintf(s.out, "%7d %s\n", times, last)
			default:
				fmt.Fprintln(s.out, last)
			}
		}
		err := eachLine(in, func(line string) bool {
			if times > 0 && line == last {
				times++
				return true
			}
			flush()
			last, times = line, 1
			return true
		})
		flush()
		return err
	})
}
