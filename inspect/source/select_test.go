package source

import "testing"

func TestTagMatches(t *testing.T) {
	for _, c := range []struct {
		name, tag string
		want      bool
	}{
		{"docker.io/library/nginx:latest", "nginx", true},
		{"nginx:latest", "nginx", true},
		{"nginx:latest", "latest", true},
		{"nginx:latest", "docker.io/library/nginx", true},
		{"example.org/team/nginx:latest", "nginx", false},
		{"nginx:1.27", "nginx", false},
		{"docker.io/library/nginx:1.27", "nginx:1.27", true},
		{"latest", "latest", true}, // a tag alone, as layouts have it
		{"latest", "library/latest:latest", false},
		{"Not A Name:x", "nginx", false},
	} {
		if got := TagMatches(c.name, c.tag); got != c.want {
			t.Errorf("TagMatches(%q, %q) = %v", c.name, c.tag, got)
		}
	}
}
