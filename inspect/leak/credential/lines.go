package credential

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/secretname"
)

// eachLine calls f for the lines of data without the space around them, with where they
// begin.
func eachLine(data []byte, f func(line string, at int)) {
	at := 0
	for raw := range bytes.Lines(data) {
		line := strings.TrimLeft(string(raw), " \t")
		f(strings.TrimSpace(line), at+len(raw)-len(line))
		at += len(raw)
	}
}

// setting parts "name = value", "name: value", "export NAME=value" and "name value"; at
// is where in the line the value begins.
func setting(line string) (name, value string, at int, ok bool) {
	if line == "" || line[0] == '#' || line[0] == ';' || strings.HasPrefix(line, "//") && !strings.Contains(line, "/:_") {
		return "", "", 0, false
	}
	i := strings.IndexByte(line, '=')
	if colon := strings.Index(line, ": "); colon >= 0 && (i < 0 || colon < i) {
		i = colon
	}
	if i < 0 {
		if i = strings.IndexByte(line, ' '); i < 0 || strings.Count(line, " ") > 1 {
			return "", "", 0, false
		}
	}
	name = strings.TrimPrefix(strings.TrimSpace(line[:i]), "export ")
	rest := strings.TrimLeft(line[i+1:], ` :"'`)
	return strings.Trim(strings.TrimSpace(name), `:"'- `), strings.Trim(strings.TrimSpace(rest), `"',`), len(line) - len(rest), true
}

// settingsNamed finds settings whose name is one of the names, or ends with a colon and
// one: .npmrc writes //registry.example/:_authToken=….
func settingsNamed(names []string) reader {
	return func(data []byte) []Clue {
		var clues []Clue
		eachLine(data, func(line string, start int) {
			name, value, at, ok := setting(line)
			if !ok || secretname.Placeholder(value) {
				return
			}
			for _, want := range names {
				if strings.EqualFold(name, want) || strings.HasSuffix(name, ":"+want) {
					clues = append(clues, Clue{name, start + at})
					return
				}
			}
		})
		return clues
	}
}

// secretSettings finds settings whose names say that they are secrets, and URLs with a
// password.
func secretSettings(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		name, value, at, ok := setting(line)
		if !ok || secretname.Placeholder(value) {
			return
		}
		if secretname.Is(name) {
			clues = append(clues, Clue{name, start + at})
		} else if from, _, ok := secretname.URLPassword(line); ok {
			clues = append(clues, Clue{name + " to a URL with a password", start + from})
		}
	})
	return clues
}

func urls(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		if from, _, ok := secretname.URLPassword(line); ok && !strings.HasPrefix(line, "#") {
			clues = append(clues, Clue{"a URL with a password", start + from})
		}
	})
	return clues
}

func gitConfig(data []byte) []Clue {
	clues := urls(data)
	eachLine(data, func(line string, start int) {
		name, value, at, ok := setting(line)
		if lower := strings.ToLower(value); ok && strings.EqualFold(name, "extraheader") && strings.HasPrefix(lower, "authorization") && !secretname.Placeholder(value) {
			clues = append(clues, Clue{"an Authorization header", start + at})
		}
	})
	return clues
}

// whole takes the file for one secret when it is one word long enough to be one.
func whole(data []byte) []Clue {
	text := strings.TrimSpace(string(data))
	if len(text) < 16 || len(text) > 8<<10 || strings.ContainsAny(text, " \t\r\n") || secretname.Placeholder(text) {
		return nil
	}
	return []Clue{{"the token that it is", bytes.IndexByte(data, text[0])}}
}

// netrcPasswords reads netrc files: words, on as many lines as anybody likes.
func netrcPasswords(data []byte) []Clue {
	var clues []Clue
	last := ""
	eachLine(data, func(line string, start int) {
		if strings.HasPrefix(line, "#") {
			return
		}
		for at := 0; at < len(line); {
			end := at + len(line[at:]) - len(strings.TrimLeft(line[at:], " \t"))
			to := end
			for to < len(line) && line[to] != ' ' && line[to] != '\t' {
				to++
			}
			if w := line[end:to]; w != "" {
				if last == "password" && !secretname.Placeholder(w) {
					clues = append(clues, Clue{"a password", start + end})
				}
				last = w
			}
			at = to
		}
	})
	return clues
}

// pgpassLines reads host:port:database:user:password, where a backslash keeps a colon.
func pgpassLines(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		plain := strings.ReplaceAll(line, `\:`, "__")
		if parts := strings.SplitN(plain, ":", 5); len(parts) == 5 && parts[4] != "*" && !secretname.Placeholder(parts[4]) && !strings.HasPrefix(line, "#") {
			clues = append(clues, Clue{"a password", start + len(line) - len(parts[4])})
		}
	})
	return clues
}

// saslPasswords reads Postfix's "host user:password".
func saslPasswords(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		words := strings.Fields(line)
		if len(words) != 2 || strings.HasPrefix(line, "#") {
			return
		}
		if _, password, ok := strings.Cut(words[1], ":"); ok && !secretname.Placeholder(password) {
			clues = append(clues, Clue{"a password", start + len(line) - len(password)})
		}
	})
	return clues
}

// hashes reads user:hash lines, of shadow(5) and of htpasswd. What can't be a hash, such
// as * or a locked account's, is none.
func hashes(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		user, rest, ok := strings.Cut(line, ":")
		if !ok || user == "" || line[0] == '#' {
			return
		}
		hash, _, _ := strings.Cut(rest, ":")
		if strings.HasPrefix(hash, "$") && strings.Count(hash, "$") >= 3 && len(hash) > 20 || strings.HasPrefix(hash, "{SHA}") && len(hash) > 20 {
			clues = append(clues, Clue{"a password hash of " + user, start + len(user) + 1})
		}
	})
	return clues
}

// bundleHosts finds Bundler's credentials: BUNDLE_ and a host, whose dots are two
// underscores each.
func bundleHosts(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		name, value, at, ok := setting(line)
		host, isBundle := strings.CutPrefix(name, "BUNDLE_")
		if !ok || !isBundle || !strings.Contains(host, "__") || secretname.Placeholder(value) || len(value) < 8 || strings.ContainsAny(value, " /") {
			return
		}
		if slices.ContainsFunc([]string{"BUILD__", "MIRROR__", "LOCAL__"}, func(p string) bool { return strings.HasPrefix(host, p) }) {
			return
		}
		clues = append(clues, Clue{name, start + at})
	})
	return clues
}

// defines finds the database's password in a WordPress configuration.
func defines(data []byte) []Clue {
	var clues []Clue
	eachLine(data, func(line string, start int) {
		i := strings.Index(line, "DB_PASSWORD")
		if i < 0 || !strings.HasPrefix(line, "define") {
			return
		}
		rest := strings.TrimLeft(line[i+len("DB_PASSWORD")+1:], "'\", ")
		end := strings.IndexAny(rest, `'")`)
		if before := line[:len(line)-len(rest)]; end < 4 || !strings.HasSuffix(before, "'") && !strings.HasSuffix(before, `"`) {
			return // what is called there is no text
		}
		if value := rest[:end]; !secretname.Placeholder(value) && !strings.Contains(value, "_here") {
			clues = append(clues, Clue{"DB_PASSWORD", start + len(line) - len(rest)})
		}
	})
	return clues
}

// manifests finds the values of Kubernetes Secrets in a file of YAML documents.
func manifests(data []byte) []Clue {
	if !bytes.Contains(data, []byte("kind: Secret")) {
		return nil
	}
	var clues, found []Clue
	secret, block, indent := false, "", 0
	end := func() {
		if secret {
			clues = append(clues, found...)
		}
		secret, block, found = false, "", nil
	}
	at := 0
	for raw := range bytes.Lines(data) {
		line := strings.TrimRight(string(raw), " \r\n")
		text := strings.TrimLeft(line, " ")
		depth := len(line) - len(text)
		switch {
		case text == "" || text[0] == '#':
		case line == "---":
			end()
		case depth == 0:
			secret = secret || line == "kind: Secret"
			block, indent = strings.TrimSuffix(line, ":"), 0
			if block != "data" && block != "stringData" || !strings.HasSuffix(line, ":") {
				block = ""
			}
		case block != "" && (indent == 0 || depth == indent):
			indent = depth
			name, value, where, ok := setting(text)
			if ok && !secretname.Placeholder(value) && (block == "stringData" || isBase64(value)) && value != "|" && value != ">" {
				found = append(found, Clue{name, at + depth + where})
			}
		}
		at += len(raw)
	}
	end()
	return clues
}

func isBase64(s string) bool {
	raw, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(raw) >= 4 && !secretname.Placeholder(string(raw))
}
