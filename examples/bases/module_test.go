package bases_test

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/stagedive/stagedive/examples/bases"
)

// The shell is compiled by a module of its own. Its versions are those of the
// project, so that a checkout has them already and one look at go.mod suffices.
func TestTheShellPinsWhatTheProjectPins(t *testing.T) {
	read := func(path string) map[string]string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := modfile.Parse(path, content, nil)
		if err != nil {
			t.Fatal(err)
		}
		versions := map[string]string{}
		for _, require := range file.Require {
			versions[require.Mod.Path] = require.Mod.Version
		}
		return versions
	}
	project, shell := read("../../go.mod"), read("shell/module/go.mod.txt")
	if len(shell) == 0 {
		t.Fatal("the shell requires nothing")
	}
	for module, version := range shell {
		if project[module] != version {
			t.Errorf("%s: the shell has %s, the project %q; change shell/module/go.mod.txt and go.sum.txt", module, version, project[module])
		}
	}
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := bases.Golang(t.Context(), t.TempDir()); !errors.Is(err, bases.ErrNoGo) {
		t.Errorf("without a go command: %v", err)
	}
}
