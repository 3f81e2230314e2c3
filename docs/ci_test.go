package docs

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// readYAML reads a file of the repository.
func readYAML(t *testing.T, text string, to any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), to); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The action's inputs and outputs are those that its script and the page tell of.
func TestActionIsWhole(t *testing.T) {
	var action struct {
		Inputs, Outputs map[string]struct{ Description, Default, Value string }
		Runs            struct {
			Using string
			Steps []struct {
				ID, Uses, Run string
				Env           map[string]string
			}
		}
	}
	readYAML(t, readText(t, "../action.yml"), &action)
	script, page := readText(t, "../.ci/action"), readText(t, "ci.md")
	if action.Runs.Using != "composite" {
		t.Errorf("it runs with %q", action.Runs.Using)
	}
	env := map[string]string{}
	for _, s := range action.Runs.Steps {
		for k, v := range s.Env {
			env[k] = v
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("an expression in a script can be more than a value: %s", s.Run)
		}
		if s.Uses != "" && !regexp.MustCompile(`^[a-z-]+/[a-z/-]+@v\d+$`).MatchString(s.Uses) {
			t.Errorf("%q names no version", s.Uses)
		}
	}
	for name, in := range action.Inputs {
		key := "INPUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if in.Description == "" || !strings.Contains(page, "`"+name+"`") {
			t.Errorf("nobody tells what %s is", name)
		}
		if name == "upload" {
			continue // a step asks for it
		}
		if env[key] != "${{ inputs."+name+" }}" || !strings.Contains(script, key) {
			t.Errorf("the script is not told of %s", name)
		}
	}
	for name, out := range action.Outputs {
		if out.Value != "${{ steps.check.outputs."+name+" }}" || !strings.Contains(page, "`"+name+"`") || !strings.Contains(script, name) {
			t.Errorf("the output %s is %q", name, out.Value)
		}
	}
	for _, m := range regexp.MustCompile(`INPUT_[A-Z_]+`).FindAllString(script, -1) {
		if _, known := env[m]; !known && m != "INPUT_REPORTS" {
			t.Errorf("the action does not give %s", m)
		}
	}
}

// Every snippet of YAML on the page can be read.
func TestSnippets(t *testing.T) {
	snippets := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readText(t, "ci.md")+readText(t, "policy.md"), -1)
	if len(snippets) < 5 {
		t.Errorf("%d snippets", len(snippets))
	}
	for _, s := range snippets {
		readYAML(t, s[1], new(any))
	}
}

// The hook takes what people call Dockerfiles, and nothing else.
func TestHook(t *testing.T) {
	var hooks []struct{ ID, Entry, Language, Files string }
	readYAML(t, readText(t, "../.pre-commit-hooks.yaml"), &hooks)
	if len(hooks) != 1 || hooks[0].ID != "stagedive-lint" || hooks[0].Language != "golang" || !strings.HasPrefix(hooks[0].Entry, "stagedive lint") {
		t.Fatalf("%+v", hooks)
	}
	var taken []string
	for _, f := range []string{"Dockerfile", "a/Dockerfile.test", "a/api.Dockerfile", "Containerfile", "a/api.dockerfile", "Dockerfile.md.go/x", "dockerfile.go", "a/MyDockerfile", "docs/Dockerfiles.md"} {
		if regexp.MustCompile(hooks[0].Files).MatchString(f) {
			taken = append(taken, f)
		}
	}
	if want := []string{"Dockerfile", "a/Dockerfile.test", "a/api.Dockerfile", "Containerfile", "a/api.dockerfile"}; !slices.Equal(taken, want) {
		t.Errorf("it takes %q", taken)
	}
}
