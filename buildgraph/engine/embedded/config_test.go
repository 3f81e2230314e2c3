package embedded

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestArgsRoundTrip(t *testing.T) {
	want := Config{
		Root: "/s p/root", Socket: "/r/s.sock", ConfigFile: "/c=d.toml", Runtime: "/usr/sbin/runc",
		Idle: 90 * time.Second, Exe: "1-2", Identity: "ab", UserNS: true,
	}
	got, err := parseArgs(want.Args())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestArgsAreChecked(t *testing.T) {
	good := Config{Root: "/r", Socket: "/s", Runtime: "/x", Idle: time.Second}
	for name, change := range map[string]func(*Config){
		"relative root":    func(c *Config) { c.Root = "r" },
		"relative socket":  func(c *Config) { c.Socket = "" },
		"relative runtime": func(c *Config) { c.Runtime = "runc" },
		"no idle time":     func(c *Config) { c.Idle = 0 },
	} {
		c := good
		change(&c)
		if _, err := parseArgs(c.Args()); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, args := range [][]string{{"extra"}, {"--nonsense"}} {
		if _, err := parseArgs(append(good.Args(), args...)); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
