package structure

import (
	"os"
	"slices"
	"strings"
)

// valuesOf are the variables of an environment, by name.
func valuesOf(env []string) map[string]string {
	out := make(map[string]string, len(env))
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		out[name] = value
	}
	return out
}

// with is an environment with more in it: the last value of a name counts.
func with(env []string, more ...string) []string {
	out := slices.Clone(env)
	for _, e := range more {
		name, _, _ := strings.Cut(e, "=")
		out = append(slices.DeleteFunc(out, func(old string) bool { return strings.HasPrefix(old, name+"=") || old == name }), e)
	}
	return out
}

// expanded are a suite's variables with $NAME and ${NAME} replaced by values: by
// nothing where there is none of that name, as container-structure-test does it.
func expanded(vars []Var, values map[string]string) []string {
	out := make([]string, 0, len(vars))
	for _, v := range vars {
		out = append(out, v.Key+"="+os.Expand(v.Value, func(name string) string { return values[name] }))
	}
	return out
}

// known is expanded, but it leaves standing what names no variable. A test's own
// envVars are passed to its command as they are by container-structure-test, against
// its manual; so what holds a $ that means nothing else must stay.
func known(vars []Var, values map[string]string) []string {
	out := make([]string, 0, len(vars))
	for _, v := range vars {
		text := v.Value
		whole := true
		replaced := os.Expand(text, func(name string) string {
			value, ok := values[name]
			whole = whole && ok
			return value
		})
		if whole {
			text = replaced
		}
		out = append(out, v.Key+"="+text)
	}
	return out
}

// substitute replaces $NAME and ${NAME} in the words of a command. It tells which
// names had no value and became nothing: a shell's or awk's own variables do.
func substitute(words []string, values map[string]string) (out, lost []string) {
	for _, w := range words {
		out = append(out, os.Expand(w, func(name string) string {
			value, ok := values[name]
			if !ok && !slices.Contains(lost, name) {
				lost = append(lost, name)
			}
			return value
		}))
	}
	return out, lost
}

// parseEnvFile reads lines of NAME=value: blank lines and # comments are passed over,
// export before a name too, and a value may stand in quotes. Like
// container-structure-test it leaves empty values out.
func parseEnvFile(data []byte) []string {
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if value = unquoted(strings.TrimSpace(value)); value != "" {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// unquoted is a value without its quotes, or without the comment behind it.
func unquoted(value string) string {
	switch {
	case len(value) > 0 && value[0] == '\'':
		if end := strings.IndexByte(value[1:], '\''); end >= 0 {
			return value[1 : 1+end]
		}
	case len(value) > 0 && value[0] == '"':
		var out strings.Builder
		for i := 1; i < len(value); i++ {
			switch c := value[i]; {
			case c == '"':
				return out.String()
			case c == '\\' && i+1 < len(value):
				i++
				switch value[i] {
				case 'n':
					out.WriteByte('\n')
				case 'r':
					out.WriteByte('\r')
				default:
					out.WriteByte(value[i])
				}
			default:
				out.WriteByte(c)
			}
		}
	}
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return value
}
