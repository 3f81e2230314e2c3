package baseline

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"
)

// describer turns ops into fields. scope says which instruction brings a variable
// into a step: "arg", "env", or "" for the base image.
type describer struct {
	key     Key
	privacy Privacy
	scope   func(name string) string
	memo    map[string]Field // of variables, which most steps share, by NAME=value
}

func (d describer) field(name, value string, show bool) Field {
	f := Field{Name: name, Sum: d.key.sum(value)}
	if show && d.privacy.open("", value) {
		f.Value = value
	}
	return f
}

// own describes what an op is by itself. What BuildKit leaves out of its cache
// keys is left out here (BuildKit: ExecOp.CacheMap, fileOp.CacheMap): proxies, the
// addresses of extra hosts, the content of secrets.
func (d describer) own(op *pb.Op) []Field {
	var out []Field
	switch o := op.Op.(type) {
	case *pb.Op_Exec:
		out = d.exec(o.Exec)
	case *pb.Op_File:
		out = d.file(o.File)
	default:
		out = []Field{d.field("kind", fmt.Sprintf("%T", op.Op), false)}
	}
	if p := op.Platform; p != nil {
		out = append(out, d.field("platform", strings.Join([]string{p.OS, p.Architecture, p.Variant}, "/"), true))
	}
	return out
}

func (d describer) exec(e *pb.ExecOp) []Field {
	m := e.GetMeta()
	args := m.GetArgs()
	shell, command := "", ""
	if n := len(args); n > 0 {
		shell, command = strings.Join(args[:n-1], "\x00"), args[n-1]
	}
	out := []Field{
		d.field("command", command, false),
		d.field("shell", shell, false),
		d.field("directory", m.GetCwd(), true),
		d.field("user", m.GetUser(), true),
	}
	var names []string
	for _, kv := range m.GetEnv() {
		f, known := d.memo[kv]
		name, value, _ := strings.Cut(kv, "=")
		if !known {
			f.Sum = d.key.sum(value)
			if d.privacy.open(name, value) {
				f.Value = value
			}
			d.memo[kv] = f
		}
		f.Name = d.scope(name) + ":" + name
		names = append(names, name)
		out = append(out, f)
	}
	for _, mount := range e.GetMounts() {
		if mount.GetDest() == pb.RootMount {
			continue
		}
		m := mount.CloneVT()
		m.Input, m.Output = 0, 0 // places in this very op
		if ownCache(m) {
			m.CacheOpt.ID, m.CacheOpt.Sharing = "", 0
		}
		out = append(out, d.field("mount:"+m.Dest, asJSON(m), false))
	}
	out = append(out, d.field("variables", strings.Join(names, " "), false))
	hosts := make([]string, 0, len(m.GetExtraHosts()))
	for _, h := range m.GetExtraHosts() {
		hosts = append(hosts, h.GetHost())
	}
	rest := asJSON([]any{
		m.GetHostname(), hosts, m.GetUlimit(), m.GetCgroupParent(), m.GetValidExitCodes(), m.GetRemoveMountStubsRecursive(),
		e.GetNetwork(), e.GetSecurity(), e.GetSecretenv(), e.GetCdiDevices(),
	})
	return append(out, d.field("options", rest, false))
}

// ownCache says that a cache mount has an ID of its own, which then does not count
// (BuildKit: checkShouldClearCacheOpts).
func ownCache(m *pb.Mount) bool {
	if m.CacheOpt == nil {
		return false
	}
	_, inNamespace, _ := strings.Cut(m.CacheOpt.ID, "/")
	usual := m.CacheOpt.ID == m.Dest || inNamespace == m.Dest
	return !usual || m.CacheOpt.Sharing != 0
}

func (d describer) file(f *pb.FileOp) []Field {
	var src, dest, other []string
	for _, a := range f.GetActions() {
		switch a := a.Action.(type) {
		case *pb.FileAction_Copy:
			c := a.Copy.CloneVT()
			src, dest = append(src, c.Src), append(dest, c.Dest)
			c.Src, c.Dest = "", ""
			other = append(other, asJSON(c))
		case *pb.FileAction_Mkdir:
			m := a.Mkdir.CloneVT()
			dest = append(dest, m.Path)
			m.Path = ""
			other = append(other, asJSON(m))
		case *pb.FileAction_Mkfile:
			m := a.Mkfile.CloneVT()
			dest = append(dest, m.Path)
			m.Path = ""
			other = append(other, asJSON(m))
		default:
			other = append(other, asJSON(a))
		}
	}
	return []Field{
		d.field("sources", strings.Join(src, " "), true),
		d.field("destination", strings.Join(slices.Compact(dest), " "), true),
		d.field("options", strings.Join(other, "\n"), false),
	}
}

func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil { // of plain data: it never happens, and would only hide a difference
		return err.Error()
	}
	return string(raw)
}

// use is how an op takes one of its inputs.
type use struct {
	input    int
	role     string
	content  bool
	selected []Selector
}

// uses says how an op takes its inputs, and which of them it looks up by content.
func uses(op *pb.Op) []use {
	switch o := op.Op.(type) {
	case *pb.Op_Exec:
		return execUses(o.Exec)
	case *pb.Op_File:
		return fileUses(o.File, len(op.Inputs))
	}
	out := make([]use, 0, len(op.Inputs))
	for i := range op.Inputs {
		out = append(out, use{input: i, role: "base"})
	}
	return out
}

// BuildKit: ExecOp.getMountDeps.
func execUses(e *pb.ExecOp) []use {
	var out []use
	for _, m := range e.GetMounts() {
		switch m.GetMountType() {
		case pb.MountType_SECRET, pb.MountType_SSH, pb.MountType_TMPFS:
			continue
		}
		if m.GetInput() < 0 {
			continue
		}
		sel := path.Join("/", m.GetSelector())
		u := use{input: int(m.GetInput()), role: "mount " + m.GetDest(), selected: []Selector{{Path: sel}}}
		u.content = m.GetOutput() == int64(pb.SkipOutput) || m.GetReadonly() || sel == pb.RootMount
		if m.GetDest() == pb.RootMount {
			u.role, u.content = "base", false
		}
		if m.GetContentCache() == pb.MountContentCache_OFF {
			u.content = false
		}
		out = append(out, u)
	}
	return out
}

// BuildKit: fileOp.CacheMap.
func fileUses(f *pb.FileOp, inputs int) []use {
	var out []use
	written := map[int]bool{}
	for _, a := range f.GetActions() {
		if in := int(a.GetInput()); in >= 0 && in < inputs && !written[in] {
			written[in] = true
			out = append(out, use{input: in, role: "base"})
		}
	}
	at := map[int]int{}
	for _, a := range f.GetActions() {
		c := a.GetCopy()
		in := int(a.GetSecondaryInput())
		if c == nil || in < 0 || in >= inputs || written[in] {
			continue
		}
		i, seen := at[in]
		if !seen {
			i = len(out)
			at[in] = i
			out = append(out, use{input: in, role: "copy", content: true})
		}
		out[i].selected = append(out[i].selected, Selector{
			Path: c.GetSrc(), Wildcard: c.GetAllowWildcard() && strings.ContainsAny(c.GetSrc(), "*?["),
			Include: c.GetIncludePatterns(), Exclude: c.GetExcludePatterns(),
		})
	}
	return out
}
