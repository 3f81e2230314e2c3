package structure

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// content looks into a file.
func (r *run) content(v *verdict, t *ContentTest) {
	if t == &r.suite.Contents[0] {
		var names []string
		for _, t := range r.suite.Contents {
			names = append(names, t.Path)
		}
		r.files.prepare(r.ctx, names)
	}
	v.path = t.Path
	if at, _, err := r.files.find(t.Path); err == nil {
		v.layer = at.Layer
	}
	data, size, err := r.files.read(r.ctx, t.Path)
	if err != nil {
		v.fail(r.unreadable(t.Path, err))
		return
	}
	cut := ""
	if int64(len(data)) < size {
		cut = " in its first " + measure.Bytes(int64(len(data))) + ", more is not looked at"
	}
	for _, p := range t.Expected {
		if !p.Match(data) {
			v.fail(fmt.Sprintf("expected %s to match %s%s; it begins with %s", t.Path, r.hide.quoted(p.String(), maxAsked), cut, r.hide.quoted(string(data), maxShown)))
		}
	}
	for _, p := range t.Excluded {
		if m := p.FindIndex(data); m != nil {
			v.fail(fmt.Sprintf("expected %s not to match %s; it has %s", t.Path, r.hide.quoted(p.String(), maxAsked), r.hide.quoted(around(data, m), maxShown)))
		}
	}
	if cut != "" && len(t.Excluded) > 0 && len(v.detail) == 0 {
		v.fail(fmt.Sprintf("expected %s not to match; nothing was found%s", t.Path, cut))
	}
}

// unreadable says why a file can't be looked into.
func (r *run) unreadable(name string, err error) string {
	unread := r.files.unread()
	switch {
	case errors.Is(err, fs.ErrNotExist) && unread != "":
		return fmt.Sprintf("%s was not found, but %s could not be read", name, unread)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("the image has no file %s", name)
	}
	return fmt.Sprintf("%s can't be read: %v", name, err)
}

// around is the line that holds a match, or as much of it as tells where it is.
func around(data []byte, m []int) string {
	const most = 80 // bytes before and after
	from, to := max(m[0]-most, 0), min(max(m[1], m[0])+most, len(data))
	to = min(to, m[0]+maxShown)
	text := string(data[from:to])
	if i := strings.LastIndexByte(text[:m[0]-from], '\n'); i >= 0 {
		text, from = text[i+1:], from+i+1
	}
	if i := strings.IndexByte(text[min(max(m[1]-from, 0), len(text)):], '\n'); i >= 0 {
		text = text[:min(max(m[1]-from, 0), len(text))+i]
	}
	return strings.ToValidUTF8(text, "�")
}

// What the license test goes by, as container-structure-test has it.
const (
	debianDocs    = "/usr/share/doc"
	debianLicense = "copyright"
)

func barredLicenses() []string { return []string{"AGPL", "WTFPL"} }

// allowedPackages may name those licenses: libgnutls30's copyright only mentions one.
func allowedPackages() []string { return []string{"libgnutls30"} }

// license looks for licenses that may not be shipped.
func (r *run) license(v *verdict, t *LicenseTest) {
	var names []string
	if t.Debian {
		packages, ok := r.packages()
		if !ok {
			v.fail(fmt.Sprintf("expected packages of Debian in %s; the image has no such directory", debianDocs))
			return
		}
		names = packages
	}
	names = append(names, t.Files...)
	r.files.prepare(r.ctx, names)
	for _, name := range names {
		data, size, err := r.files.read(r.ctx, name)
		if err != nil {
			v.fail(r.unreadable(name, err))
			continue
		}
		text := strings.ToUpper(string(data))
		for _, barred := range barredLicenses() {
			if strings.Contains(text, barred) {
				v.fail(fmt.Sprintf("expected no license %s; %s names it", barred, name))
				break
			}
		}
		if int64(len(data)) < size {
			v.fail(fmt.Sprintf("%s is too large to be looked through: %s", name, measure.Bytes(size)))
		}
	}
}

// packages are the licenses of what Debian's packages say they are under.
func (r *run) packages() (names []string, ok bool) {
	t := r.files.all()
	dir, ok := t.Follow(debianDocs)
	if !ok || !t.IsDir(dir) {
		return nil, false
	}
	for _, id := range t.Children(dir, image.ByName) {
		if name := t.RawName(id); t.IsDir(id) && t.Change(id) != image.Removed && !slices.Contains(allowedPackages(), name) {
			names = append(names, path.Join(debianDocs, name, debianLicense))
		}
	}
	return names, true
}
