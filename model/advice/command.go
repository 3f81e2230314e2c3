package advice

import (
	"strings"

	"github.com/stagedive/stagedive/model"
)

// reads lists the files of the copied directory that a RUN reads, as paths of the
// context; false where that cannot be told.
func reads(s model.Step, dir within) (files []string, understood bool) {
	command, ok := shellCommand(s)
	if !ok {
		return nil, false
	}
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(command, "&&", ";"), func(r rune) bool { return r == ';' }) {
		words := strings.Fields(part)
		for len(words) > 0 && assigns(words[0]) {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		f, ok := readsOf(words, dir)
		if !ok {
			return nil, false
		}
		files = append(files, f...)
	}
	return files, true
}

// shellCommand is what a RUN gives to the shell, where that is nothing but simple
// commands one after the other.
func shellCommand(s model.Step) (string, bool) {
	for _, m := range s.Mounts {
		if m.Type == "bind" || m.From != "" {
			return "", false // it may read what is mounted
		}
	}
	_, text, _ := strings.Cut(s.Text, " ")
	text = strings.TrimSpace(strings.NewReplacer("\\\n", " ", "\\ ", " ").Replace(text))
	for strings.HasPrefix(text, "--") {
		_, rest, more := strings.Cut(text, " ")
		if !more {
			return "", false
		}
		text = strings.TrimSpace(rest)
	}
	rest := strings.NewReplacer(aptLists, "", "&&", "").Replace(text)
	if strings.HasPrefix(text, "[") || strings.ContainsAny(rest, "$`|<>(){}*?\"'\\\n#&~") {
		return "", false
	}
	return text, true
}

// aptLists is what everybody removes after apt-get install.
const aptLists = "/var/lib/apt/lists/*"

func assigns(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""
}

// readsOf is for one simple command.
func readsOf(words []string, dir within) ([]string, bool) {
	args := words[1:]
	switch words[0] {
	case "true", ":", "set", "corepack":
		return nil, true
	case "rm":
		for _, w := range args {
			if !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "/var/lib/apt/lists") && !strings.HasPrefix(w, "/var/cache/") {
				return nil, false
			}
		}
		return nil, true
	case "apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper":
		return nil, names(args)
	case "npm", "yarn", "pnpm":
		return node(words[0], args, dir)
	case "python", "python3":
		if len(args) > 2 && args[0] == "-m" && args[1] == "pip" {
			return pip(args[2:], dir)
		}
	case "pip", "pip3":
		return pip(args, dir)
	case "go":
		if verb, rest := verbOf(args); verb == "mod" && len(rest) >= 1 && rest[0] == "download" {
			return golang(dir)
		}
	case "bundle":
		if verb, rest := verbOf(args); verb == "install" && names(rest) {
			return ruby(dir)
		}
	case "composer":
		return php(args, dir)
	case "poetry", "uv":
		return python(words[0], args, dir)
	case "mvn":
		return maven(args, dir)
	}
	return nil, false
}

// names says that arguments are options and names, none of them a path.
func names(args []string) bool {
	for _, w := range args {
		_, value, _ := strings.Cut(w, "=")
		if !strings.HasPrefix(w, "-") {
			value = w
		}
		if strings.HasPrefix(value, ".") || strings.Contains(value, "/") && !strings.HasPrefix(value, "@") {
			return false
		}
	}
	return true
}

// verbOf is the first argument that is no option, and what follows it.
func verbOf(args []string) (verb string, rest []string) {
	for i, w := range args {
		if !strings.HasPrefix(w, "-") {
			return w, args[i+1:]
		}
	}
	return "", nil
}
