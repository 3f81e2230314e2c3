package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/history"
)

// TestScripts runs testdata/script: what needs no engine.
func TestScripts(t *testing.T) { scripts(t, "testdata/script") }

// TestEngineScripts runs testdata/engine: real builds.
func TestEngineScripts(t *testing.T) {
	needEngine(t)
	shellContext(t)
	scripts(t, "testdata/engine")
}

func scripts(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir: dir, Setup: furnish, UpdateScripts: goldens.Updating(), RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": cmdExits, "oneline": cmdOneLine, "harmless": cmdHarmless,
			"jsonlines": cmdJSONLines, "bytes": cmdBytes, "jsonfile": cmdJSONFile, "image": cmdImage, "layout": cmdLayout, "key": cmdKey,
			"state": cmdState, "nocommits": cmdNoCommits, "ref": cmdRef, "save": cmdSave, "nospool": cmdNoSpool,
		},
	})
}

// furnish makes a house of its own for a script. $SHELL_IMAGE is the shell image
// as a named context, $EXAMPLES where the example projects lie.
func furnish(env *testscript.Env) error {
	t := env.T().(testing.TB)
	dir, err := os.MkdirTemp("", "stagedive-t-")
	if err != nil {
		return err
	}
	env.Defer(func() {
		if err := leave(dir); err != nil {
			t.Error(err)
		}
	})
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		return err
	}
	env.Vars = append(env.Vars, houseEnv(t, dir)...)
	env.Setenv("EXAMPLES", examples)
	env.Setenv("HOUSE", dir)
	if noEngine() == "" {
		env.Setenv("SHELL_IMAGE", shellContext(t))
	}
	return nil
}

// exits CODE COMMAND… runs a command that must end with the code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// oneline FILE PATTERN… fails unless the file is one line from stagedive that
// matches every pattern.
func cmdOneLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: oneline FILE PATTERN…")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "stagedive: ") || !strings.HasSuffix(text, "\n") {
		ts.Fatalf("not one line that says who speaks: %q", text)
	}
	for _, p := range args[1:] {
		if !regexp.MustCompile(p).MatchString(text) {
			ts.Fatalf("nothing matches %q in %q", p, text)
		}
	}
	cmdHarmless(ts, false, args[:1])
}

// harmless FILE… fails if a file could drive a terminal.
func cmdHarmless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: harmless FILE…")
	}
	for _, name := range args {
		for i, r := range ts.ReadFile(name) {
			bidi := r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || bidi) {
				ts.Fatalf("%s has %U at byte %d", name, r, i)
			}
		}
	}
}

// ref FILE NAME sets $NAME to a beginning of the first build's ref in a list of
// builds as JSON.
func cmdRef(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ref FILE NAME")
	}
	var d history.Document
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &d))
	if len(d.Builds) == 0 || len(d.Builds[0].Ref) < 8 {
		ts.Fatalf("no build in %+v", d)
	}
	ts.Setenv(args[1], d.Builds[0].Ref[:8])
}

// jsonlines FILE NAME… fails unless every line is a JSON object, each with a
// time, and each of the names is a field of some line.
func cmdJSONLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: jsonlines FILE [FIELD…]")
	}
	seen := map[string]bool{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%v: %q", err, line)
		}
		if object["time"] == nil {
			ts.Fatalf("no time in %q", line)
		}
		for name := range object {
			seen[name] = true
		}
	}
	for _, name := range args[1:] {
		if !seen[name] {
			ts.Fatalf("no line has the field %q", name)
		}
	}
}

// jsonfile FILE FIELD… fails unless the file is one JSON object that has each of
// the fields, not empty.
func cmdJSONFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: jsonfile FILE FIELD…")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &object); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
	for _, name := range args[1:] {
		switch string(object[name]) {
		case "", "0", "[]", "{}", `""`:
			ts.Fatalf("%s has no %q, or an empty one: %s", args[0], name, object[name])
		}
	}
}

// bytes FILE COUNT BYTE writes a file of one byte value, or with "cut" the first
// COUNT bytes of what the file has.
func cmdBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: bytes FILE COUNT BYTE|cut")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	if args[2] == "cut" {
		ts.Check(os.Truncate(path, int64(n)))
		return
	}
	value, err := strconv.ParseUint(args[2], 0, 8)
	ts.Check(err)
	ts.Check(os.WriteFile(path, bytes.Repeat([]byte{byte(value)}, n), 0o644))
}
