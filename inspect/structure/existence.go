package structure

import (
	"fmt"
	"io/fs"
	"os"
)

// existence looks at whether a file is there, and what its entry says.
func (r *run) existence(v *verdict, t *ExistenceTest) {
	name := t.Path
	if r.suite.Version != "1.0.0" { // where paths are as they are written
		values := valuesOf(r.env)
		name = os.Expand(name, func(k string) string { return values[k] })
	}
	e, found := r.files.stat(name)
	if v.path = name; found {
		v.layer = e.layer
	}
	unread := r.files.unread()
	switch {
	case t.ShouldExist && !found && unread != "":
		v.fail(fmt.Sprintf("expected %s to exist; it was not found, but %s could not be read", name, unread))
	case t.ShouldExist && !found:
		v.fail(fmt.Sprintf("expected %s to exist; the image has no such file", name))
	case !t.ShouldExist && found && !e.made:
		v.fail(fmt.Sprintf("expected %s not to exist; the image has it (%s, owner %d:%d)", name, e.mode, e.uid, e.gid))
	case !t.ShouldExist && unread != "":
		v.fail(fmt.Sprintf("expected %s not to exist; that is not known, since %s could not be read", name, unread))
	}
	if !t.ShouldExist || !found {
		return
	}
	if t.Permissions != "" && e.mode.String() != t.Permissions {
		v.fail(fmt.Sprintf("expected the permissions %s, got %s", t.Permissions, e.mode))
	}
	if t.ExecutableBy != "" && e.mode&executable(t.ExecutableBy) == 0 {
		v.fail(fmt.Sprintf("expected it to be executable by %s, got %s", t.ExecutableBy, e.mode))
	}
	if t.UID != -1 && t.UID != e.uid {
		v.fail(fmt.Sprintf("expected the owner %d, got %d", t.UID, e.uid))
	}
	if t.GID != -1 && t.GID != e.gid {
		v.fail(fmt.Sprintf("expected the group %d, got %d", t.GID, e.gid))
	}
}

// executable are the bits of which one must be set.
func executable(by string) fs.FileMode {
	switch by {
	case "owner":
		return 0o100
	case "group":
		return 0o010
	case "other":
		return 0o001
	}
	return 0o111
}
