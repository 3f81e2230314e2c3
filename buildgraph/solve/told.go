package solve

import (
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/secretname"
)

// minTold is the shortest value of a build argument or a variable that is kept out of the
// logs; what is shorter, or a plain word, stands there for other reasons, too.
const minTold = 8

// told are the values that build arguments and the Dockerfile give to names that promise
// a secret. They should not be there, and steps may well print them.
func told(g *model.Graph, args map[string]string) [][]byte {
	var values [][]byte
	add := func(name, value string) {
		value = strings.Trim(value, `"'`)
		if !secretname.Is(name) || secretname.Placeholder(value) || len(value) < minTold || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz-_") == "" {
			return
		}
		values = append(values, []byte(value))
	}
	for name, value := range args {
		add(name, value)
	}
	if g == nil {
		return values
	}
	for _, a := range g.Args {
		add(a.Name, a.Value)
	}
	for _, s := range g.Stages {
		for _, step := range s.Steps {
			if step.Command != "ENV" && step.Command != "ARG" {
				continue
			}
			words := strings.Fields(step.Text)
			if len(words) == 3 && !strings.Contains(words[1], "=") {
				add(words[1], words[2]) // ENV NAME value
			}
			for _, w := range words[min(1, len(words)):] {
				if name, value, ok := strings.Cut(w, "="); ok {
					add(name, value)
				}
			}
		}
	}
	return values
}
