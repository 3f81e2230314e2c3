package ociruntime

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1"), filepath.Join(dir, "2")
	write := func(mode os.FileMode, path string) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	crun := write(0o755, filepath.Join(first, "crun"))
	runc := write(0o755, filepath.Join(second, "runc"))
	write(0o644, filepath.Join(first, "runc")) // not a program
	if err := os.Mkdir(filepath.Join(first, "buildkit-runc"), 0o755); err != nil {
		t.Fatal(err)
	}

	for name, c := range map[string]struct {
		search Search
		want   string
	}{
		"runc before crun":    {Search{Dirs: []string{first, second}}, runc},
		"crun alone":          {Search{Dirs: []string{first}}, crun},
		"named":               {Search{Dirs: []string{first, second}, Override: "crun"}, crun},
		"named by path":       {Search{Override: crun}, crun},
		"nothing":             {Search{Dirs: []string{dir}}, ""},
		"named, not there":    {Search{Dirs: []string{first, second}, Override: "youki"}, ""},
		"path, not a program": {Search{Override: filepath.Join(first, "runc")}, ""},
	} {
		got, err := Find(c.search)
		if got.Path != c.want || errors.Is(err, ErrNoRuntime) != (c.want == "") {
			t.Errorf("%s: got %q, %v; want %q", name, got.Path, err, c.want)
		}
	}
}

func TestMissingErrorNamesThePackage(t *testing.T) {
	for osRelease, want := range map[string]string{
		"ID=debian\n": "`sudo apt install runc`",
		"NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n": "`sudo apt install runc`",
		"ID=fedora\n": "`sudo dnf install runc`",
		"ID=\"rocky\"\nID_LIKE=\"rhel centos\"\n": "`sudo dnf install runc`",
		"ID=alpine\n":                    "`sudo apk add runc`",
		"ID=arch\n":                      "`sudo pacman -S runc`",
		"ID=endeavouros\nID_LIKE=arch\n": "`sudo pacman -S runc`",
		"ID=\"opensuse-leap\"\nID_LIKE=\"suse\"\n": "`sudo zypper install runc`",
		"ID=plan9\n": "your package manager",
		"":           "your package manager",
	} {
		_, err := Find(Search{OSRelease: osRelease})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want it to say %s", osRelease, err, want)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for out, want := range map[string]string{
		"runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1\n": "1.1.5",
		"crun version 1.8.1\ncommit: f8a096be\n":                "1.8.1",
		"runc version 1.5.2\n":                                  "1.5.2",
		"youki 0.1\n":                                           "",
		"":                                                      "",
	} {
		if got := parseVersion(out); got != want {
			t.Errorf("%q: got %q, want %q", out, got, want)
		}
	}
}

func TestSearchDirsCompletesPath(t *testing.T) {
	got := strings.Join(SearchDirs("/opt/bin:relative::/usr/bin:/opt/bin"), " ")
	want := "/opt/bin /usr/bin /usr/local/sbin /usr/local/bin /usr/sbin /sbin /bin"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
