//go:build linux

package launch

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

func TestLookRootlessSaysWhatIsMissing(t *testing.T) {
	u := &user.User{Username: "ada", Uid: "1000", Gid: "1000"}
	good := map[string]string{
		"proc/sys/user/max_user_namespaces": "96365\n",
		"etc/subuid":                        "bob:100000:65536\nada:165536:65536\n",
		"etc/subgid":                        "1000:165536:65536\n",
	}
	for name, c := range map[string]struct {
		change  map[string]string
		missing string // a program
		want    string
	}{
		"all there":          {},
		"no namespaces":      {change: map[string]string{"proc/sys/user/max_user_namespaces": "0\n"}, want: "user.max_user_namespaces is 0"},
		"Debian's switch":    {change: map[string]string{"proc/sys/kernel/unprivileged_userns_clone": "0\n"}, want: "kernel.unprivileged_userns_clone is 0"},
		"Ubuntu's AppArmor":  {change: map[string]string{"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}, want: "kernel.apparmor_restrict_unprivileged_userns is 1"},
		"no newgidmap":       {missing: "newgidmap", want: "install the package uidmap"},
		"no IDs":             {change: map[string]string{"etc/subuid": "bob:100000:65536\n"}, want: "/etc/subuid has none for ada"},
		"no group IDs":       {change: map[string]string{"etc/subgid": ""}, want: "/etc/subgid has none for ada"},
		"an empty ID range":  {change: map[string]string{"etc/subuid": "ada:100000:0\n"}, want: "/etc/subuid has none for ada"},
		"a malformed ID one": {change: map[string]string{"etc/subuid": "ada:x:65536\nada:1\n"}, want: "/etc/subuid has none for ada"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{}
			for _, m := range []map[string]string{good, c.change} {
				for path, text := range m {
					files[path] = text
				}
			}
			for path, text := range files {
				path = filepath.Join(dir, path)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			r, err := lookRootless(dir, u, func(name string) (string, error) {
				if name == c.missing {
					return "", errors.New("not found")
				}
				return "/usr/bin/" + name, nil
			})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if err == nil && (r.uids != idMap{165536, 65536} || r.gids != idMap{165536, 65536} || r.uid != 1000 || r.newuidmap != "/usr/bin/newuidmap") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestPrivateDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := privateDir(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o770); err != nil {
		t.Fatal(err)
	}
	if err := privateDir(dir); err == nil || !strings.Contains(err.Error(), "chmod 700 "+dir) {
		t.Errorf("a directory that the group may write to: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := privateDir(link); err == nil {
		t.Error("a symbolic link, which may lead to another user's, was taken")
	}
}

func TestLastLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("old\nnew one\nnew two\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for offset, want := range map[int64]string{0: "new two", 4: "new two", 20: "no reason was logged", 99: "no reason was logged"} {
		if got := lastLine(path, offset); got != want {
			t.Errorf("from %d: %q, want %q", offset, got, want)
		}
	}
}
