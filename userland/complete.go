//go:build unix

package userland

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// complete ends the word before the cursor when tab is pressed: as far as what
// it can mean agrees.
func (e *editor) complete(line string, pos int, key rune) (string, int, bool) {
	if key != '\t' {
		return "", 0, false
	}
	start := strings.LastIndexAny(line[:pos], " \t;|&<>()$`\"'=") + 1
	word := line[start:pos]
	first := strings.TrimSpace(line[:start]) == "" || strings.ContainsAny(line[max(0, start-1):start], ";|&(`")
	found := e.paths(word)
	if first && !strings.Contains(word, "/") {
		found = append(found, e.commands(word)...)
	}
	if len(found) == 0 {
		return line, pos, true
	}
	slices.Sort(found)
	found = slices.Compact(found)
	common := found[0]
	for _, f := range found {
		for !strings.HasPrefix(f, common) {
			common = common[:len(common)-1]
		}
	}
	if len(found) == 1 && !strings.HasSuffix(common, "/") {
		common += " "
	}
	if len(common) < len(word) {
		return line, pos, true
	}
	return line[:start] + common + line[pos:], start + len(common), true
}

// paths are the files whose names begin so, directories with a slash.
func (e *editor) paths(word string) []string {
	dir, base := filepath.Split(word)
	at := dir
	if !filepath.IsAbs(at) {
		at = filepath.Join(e.runner.Dir, at)
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return nil
	}
	var out []string
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if info, err := os.Stat(filepath.Join(at, name)); err == nil && info.IsDir() {
			name += "/"
		}
		out = append(out, dir+name)
	}
	return out
}

// commands are the names of programs and of the commands here that begin so.
func (e *editor) commands(word string) []string {
	if word == "" {
		return nil
	}
	var out []string
	for _, dir := range filepath.SplitList(e.runner.Env.Get("PATH").String()) {
		entries, _ := os.ReadDir(dir) // what can't be read has nothing to offer
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), word) {
				out = append(out, entry.Name())
			}
		}
	}
	for line := range strings.Lines(applets) {
		if fields := strings.Fields(line); len(fields) == 2 && strings.HasPrefix(fields[1], word) {
			out = append(out, fields[1])
		}
	}
	return out
}
