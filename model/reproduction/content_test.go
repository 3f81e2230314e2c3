package reproduction

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/reproduction/cause"
)

func TestExamine(t *testing.T) {
	key := "-----BEGIN EC PRIVATE KEY-----\n"
	for _, c := range []struct{ path, first, second, shows, other string }{
		{"/a", "built 2026-11-22T01:31:51Z\n", "built 2026-11-22T01:31:53Z\n", `"built 2026-11-22T01:31:51Z"`, `"built 2026-11-22T01:31:53Z"`},
		{"/a", strings.Repeat("x ", 50) + "one" + strings.Repeat(" y", 50), strings.Repeat("x ", 50) + "two" + strings.Repeat(" y", 50), `"…x x x x x x x x x x x x one y y`, `two y y`},
		{"/a", "\x00\x01\x02\x03", "\x00\x01\x05\x03", "bytes 0203", "bytes 0503"},
		{"/a", "defg", "defgh\n", "its end, after 4 B", `"defgh"`},
		{"/a", "\x1b[31mred one thing\n", "\x1b[31mred two thing\n", `one thing"`, `two thing"`},
		{"/key.pem", key + "AAAA\n", key + "BBBB\n", "", ""},
		{"/etc/shadow", "x:$6$abc:1::\n", "x:$6$abd:1::\n", "", ""},
		{"/a", "salt 9f86d081884c7d659a2feaa0c55ad015", "salt a3bf4f1b2b0b822cd15d6c15b0f00a08", "", ""},
		{"/a", "x token=9f86d081884c7d659a2feaa0c55ad015 at 1", "x token=9f86d081884c7d659a2feaa0c55ad015 at 2", `"x token=… at 1"`, `"x token=… at 2"`},
		{"/a", "password=abc at 1", "password=abc at 2", "a line with what looks like a secret", "a line with what looks like a secret"},
	} {
		e, ok := cause.New(c.path, cause.Sample{Size: int64(len(c.first)), Data: []byte(c.first)}, cause.Sample{Size: int64(len(c.second)), Data: []byte(c.second)})
		if !ok {
			t.Fatal("the same")
		}
		var d Difference
		d.Examine(e, func(s string) string { return strings.ReplaceAll(s, "abc", "‹›") })
		if !strings.Contains(d.First, c.shows) || !strings.Contains(d.Second, c.other) || c.shows == "" && d.First+d.Second != "" {
			t.Errorf("%q and %q show %q and %q, want %q and %q", c.first, c.second, d.First, d.Second, c.shows, c.other)
		}
		if strings.ContainsAny(d.First+d.Second, "\x1b\x00\n") || strings.Contains(d.First+d.Second, "9f86d08") {
			t.Errorf("shown: %q and %q", d.First, d.Second)
		}
	}
}
