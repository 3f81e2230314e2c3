package solve

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model"
)

func TestSecretFlag(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("from file"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(file))
	r := Request{LookupEnv: func(name string) (string, bool) { return "from env", name == "VAR" }}
	for flag, want := range map[string]string{
		"id=a,src=" + file:           "from file",
		"id=a,source=" + file:        "from file",
		"type=file,id=a,src=" + file: "from file",
		"id=a,env=VAR":               "from env",
		"type=env,id=a,env=VAR":      "from env",
		"type=env,id=a,src=VAR":      "from env",
		"id=VAR":                     "from env",
		"id=file":                    "from file",
		`"id=a","src=` + file + `"`:  "from file",
		"id=a,env=OTHER":             "error: the variable OTHER is not set",
		"id=a,src=/no/such":          "error: no such file",
		"src=" + file:                "error: no id",
		"id=a,what=b":                `error: unknown key "what"`,
		"id=a,type=magic":            "error: neither file nor env",
		"a":                          "error: key=value",
		"":                           "error: ",
	} {
		_, got, err := r.secret(flag)
		if part, bad := strings.CutPrefix(want, "error: "); bad {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %v, want %q", flag, err, part)
			}
		} else if err != nil || string(got) != want {
			t.Errorf("%q: %q %v, want %q", flag, got, err, want)
		}
	}
}

func TestContextKey(t *testing.T) {
	for name, want := range map[string]string{
		"alpine": "alpine", "alpine:latest": "alpine", "alpine:3": "alpine:3",
		"docker.io/library/alpine": "alpine", "reg.example/x:1": "reg.example/x:1",
		"Upper": "", "": "",
	} {
		if got, err := contextKey(name); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q %v, want %q", name, got, err, want)
		}
	}
}

func TestNamedContexts(t *testing.T) {
	dir := t.TempDir()
	d1, d2 := digest.FromString("1"), digest.FromString("2")
	one, two, none := filepath.Join(dir, "one"), filepath.Join(dir, "two"), filepath.Join(dir, "none")
	writeLayout(t, one, ocispecs.Descriptor{Digest: d1})
	writeLayout(t, two, tagged(d1, "a"), tagged(d2, "b"))
	writeLayout(t, none)
	for value, want := range map[string]string{
		"docker-image://alpine:3":        "docker-image://alpine:3",
		"https://example.com/x.git#main": "https://example.com/x.git#main",
		"git@example.com:x/y.git":        "git@example.com:x/y.git",
		dir:                              "local:named/key",
		"oci-layout://" + one:            "oci-layout://layout0@" + d1.String(),
		"oci-layout://" + one + "@" + d2.String():   "oci-layout://layout0@" + d2.String(),
		"oci-layout://" + two + ":b":                "oci-layout://layout0@" + d2.String(),
		"oci-layout://" + two + ":b@" + d1.String(): "oci-layout://layout0@" + d1.String(),
		"oci-layout://" + two:                       "error: holds 2 images",
		"oci-layout://" + two + ":c":                "error: no image tagged c",
		"oci-layout://" + none:                      "error: holds no image",
		"oci-layout://" + dir:                       "error: index.json",
		"oci-layout://" + dir + "@" + d1.String():   "error: not an OCI layout",
		filepath.Join(one, "index.json"):            "error: not a directory",
		"/no/such/dir":                              "error: no such file",
	} {
		r := Request{NamedContexts: map[string]string{"key": value}}
		in, err := r.inputs()
		if part, bad := strings.CutPrefix(want, "error: "); bad {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v, want %q", value, err, part)
			}
		} else if got := in.attrs["context:key"]; err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", value, got, err, want)
		}
	}
}

func tagged(d digest.Digest, tag string) ocispecs.Descriptor {
	return ocispecs.Descriptor{Digest: d, Annotations: map[string]string{ocispecs.AnnotationRefName: tag}}
}

func writeLayout(t *testing.T, dir string, manifests ...ocispecs.Descriptor) {
	t.Helper()
	raw, err := json.Marshal(ocispecs.Index{Manifests: manifests})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "blobs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTargetName(t *testing.T) {
	g := &model.Graph{Stages: []model.Stage{{Name: "a"}, {}, {Name: "b"}, {Name: "a"}, {Name: "last"}}}
	for target, want := range map[int]string{0: "?", 1: "?", 2: "b", 3: "a", 4: "", 7: "", -1: ""} {
		name, named := targetName(g, target)
		if !named {
			name = "?"
		}
		if name != want {
			t.Errorf("target %d is called %q, want %q", target, name, want)
		}
	}
	if name, named := targetName(nil, 3); name != "" || !named {
		t.Error("without a graph")
	}
}

func TestFirstLines(t *testing.T) {
	for n, want := range map[int]string{1: "a\n", 2: "a\nb\r\n", 3: "a\nb\r\nc", 9: "a\nb\r\nc"} {
		if got := string(firstLines([]byte("a\nb\r\nc"), n)); got != want {
			t.Errorf("%d lines: %q, want %q", n, got, want)
		}
	}
}

// The ignore file beside the Dockerfile comes along, whatever name is built.
func TestDockerfileDirectory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "Build.file")
	if err := os.WriteFile(path+".dockerignore", []byte("x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := Request{
		Dockerfile: []byte("FROM a\nRUN x\nFROM b\n"), DockerfilePath: path, Targets: []int{0},
		Graph: &model.Graph{Stages: []model.Stage{{EndLine: 2}, {}}},
	}
	in, err := r.inputs()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Build.file":                            "FROM a\nRUN x\nFROM b\n",
		"Build.file.dockerignore":               "x\n",
		"Build.file.until-stage-0":              "FROM a\nRUN x\n",
		"Build.file.until-stage-0.dockerignore": "x\n",
	} {
		f, err := in.locals["dockerfile"].Open(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := io.ReadAll(f); string(got) != want {
			t.Errorf("%s holds %q", name, got)
		}
	}
	if attrs := withTarget(in.attrs, r.Graph, 0); attrs["filename"] != "Build.file.until-stage-0" || attrs["target"] != "" {
		t.Errorf("attributes %v", attrs)
	}
}

func TestInWords(t *testing.T) {
	for msg, want := range map[string][2]string{
		`alpine: failed to resolve source metadata for docker.io/library/alpine:latest: failed to do request: Head "https://x": dial tcp: lookup x: no such host`: {"the image docker.io/library/alpine:latest can't be pulled: ", "--build-context alpine=oci-layout"},
		`failed to compute cache key: failed to calculate checksum of ref 1::2: "/nothing.txt": not found`:                                                        {"/nothing.txt does not exist", ".dockerignore"},
		`secret token: not found`: {"the secret token was not given", "--secret id=token"},
		`dockerfile parse error on line 3: unknown instruction: FRUM (did you mean FROM?)`: {"the Dockerfile can't be read: unknown instruction: FRUM (did you mean FROM?)", "correct"},
		`write /x: no space left on device`:                                                {"the disk is full", "free space"},
		`something new`:                                                                    {"something new", ""},
	} {
		message, hint := inWords(msg)
		if !strings.HasPrefix(message, want[0]) || !strings.Contains(hint, want[1]) {
			t.Errorf("%s\n got %q\n     %q", msg, message, hint)
		}
	}
}
