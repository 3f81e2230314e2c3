package leak_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// debian is a layer of packages p0, p1, … of two programs each, with dpkg's database.
func debian(n int) []entry {
	var layer []entry
	status := ""
	for i := range n {
		name := fmt.Sprintf("p%d", i)
		status += "Package: " + name + "\nStatus: install ok installed\nVersion: 1\n\n"
		layer = append(layer, exec("/usr/bin/"+name, "x"), exec("/usr/bin/"+name+"-2", "x"),
			text("/var/lib/dpkg/info/"+name+":amd64.md5sums", fmt.Sprintf("%032d  bin/%s\n%032d  bin/%s-2\n%032d  usr/share/doc/%s/copyright\n", 1, name, 2, name, 3, name)))
	}
	return append(layer, text("/var/lib/dpkg/status", status), symlink("/bin", "usr/bin"))
}

func TestPackagesWithoutFiles(t *testing.T) {
	if found := find(t, &image.Image{}, nil, debian(3)); len(found) > 0 {
		t.Fatalf("packages that are there: %s", summary(found))
	}
	if found := find(t, &image.Image{}, nil, debian(3), []entry{gone("/usr/bin/p1")}); len(found) > 0 {
		t.Errorf("one file of two is gone: %s", summary(found))
	}
	f := one(t, find(t, &image.Image{}, nil, debian(3), []entry{gone("/usr/bin/p1"), gone("/usr/bin/p1-2")}), "SD-H010")
	if f.Name != "1 package (p1)" || f.Layer != 1 || f.Severity != finding.Low || strings.Join(f.Evidence, "|") != "/var/lib/dpkg/status lists p1|of p1 none of /bin/p1, /bin/p1-2 is in the image" {
		t.Errorf("%+v", f)
	}
	if found := find(t, &image.Image{}, nil, debian(3), []entry{gone("/usr/bin/p1"), gone("/usr/bin/p1-2"), debian(1)[3]}); len(found) > 0 {
		t.Errorf("a package that was removed: %s", summary(found))
	}
	alone := debian(6)
	if f := one(t, find(t, &image.Image{}, nil, alone[len(alone)-2:]), "SD-H010"); f.Name != "6 packages (p0, p1 and 4 more)" || f.Evidence[1] != "neither /usr/share/doc/p0 nor /var/lib/dpkg/info/p0.list is in the image, nor those of any other" {
		t.Errorf("%+v", f)
	}
	alpine := []entry{text("/lib/apk/db/installed", "P:a\nV:1\nF:usr/bin\nR:a\n\nP:meta\nV:1\n\n")}
	if f := one(t, find(t, &image.Image{}, nil, alpine), "SD-H010"); f.Name != "1 package (a)" {
		t.Errorf("%+v", f)
	}
}

func TestPackagesWithoutDatabase(t *testing.T) {
	for name, remove := range map[string]entry{"removed": gone("/var/lib/dpkg"), "emptied": text("/var/lib/dpkg/status", "")} {
		f := one(t, find(t, &image.Image{}, nil, debian(6), nil, []entry{remove}), "SD-H011")
		if f.Layer != 2 || f.Severity != finding.Low || f.Name != "no /var/lib/dpkg/status" || f.Evidence[1] != "files of p0, p1, p2, p3, p4, p5 are there all the same" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	distroless := []entry{exec("/usr/bin/a", "x"), text("/var/lib/dpkg/status.d/a", "Package: a\nVersion: 1\n"), text("/var/lib/dpkg/status.d/a.md5sums", fmt.Sprintf("%032d  usr/bin/a\n", 1))}
	for name, layers := range map[string][][]entry{
		"few packages": {debian(2), {gone("/var/lib/dpkg")}},
		"all removed":  {debian(6), {gone("/var/lib/dpkg"), gone("/usr/bin")}},
		"distroless":   {distroless, {exec("/app", "x")}},
		"scratch":      {{exec("/usr/bin/app", "x"), text("/etc/os-release", "ID=debian\n")}},
	} {
		if found := find(t, &image.Image{}, nil, layers...); len(found) > 0 {
			t.Errorf("%s: %s", name, summary(found))
		}
	}
	unread := &image.Image{Layers: []image.Layer{{}, {Unread: true}}}
	if found := find(t, unread, nil, debian(6), []entry{gone("/var/lib/dpkg")}); len(found) > 0 {
		t.Errorf("an image with a layer that could not be read: %s", summary(found))
	}
}
