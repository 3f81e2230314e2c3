package buildgraph

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/util/system"
	"github.com/moby/sys/signal"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// dispatch does what the instruction does to the graph and to the scope. ok is
// false when its words could not be expanded.
func (r *run) dispatch(ok bool) {
	sc := &r.st.scope
	switch c := r.cmd.ic.(type) {
	case *instructions.RunCommand:
		r.step.Vertex = true
		r.mounts(c, ok)
	case *instructions.CopyCommand:
		r.step.Vertex = true
		r.copy(c, ok)
	case *instructions.AddCommand:
		r.step.Vertex = true
		if ok {
			r.fail(checkCopy(copyWords{
				chmod: c.Chmod, checksum: c.Checksum, sources: c.SourcePaths, keepGitDir: c.KeepGitDir, add: true,
			}))
		}
		r.copies(copied{
			from: model.None, sources: localSources(c), dest: c.DestPath, exclude: c.ExcludePatterns,
			unpacks: c.Unpack == nil || *c.Unpack, several: len(c.SourcePaths)+len(c.SourceContents) > 1,
		}, ok)
		r.readCopy(nil, localSources(c), false, c.ExcludePatterns)
	case *instructions.WorkdirCommand:
		r.workdir(c)
	case *instructions.EnvCommand:
		r.lintEnv(c)
		for _, kv := range c.Env {
			sc.env.set(kv.Key, kv.Value)
		}
	case *instructions.ArgCommand:
		r.arg(c)
	case *instructions.LabelCommand:
		r.lintLabel(c)
	case *instructions.ExposeCommand:
		r.expose(c)
	case *instructions.VolumeCommand:
		for _, v := range c.Volumes {
			if ok && v == "" {
				r.fail(errors.New("VOLUME specified can not be an empty string"))
			}
		}
	case *instructions.StopSignalCommand:
		if ok {
			_, err := signal.ParseSignal(c.Signal)
			r.fail(err)
		}
	case *instructions.ShellCommand:
		sc.shell, sc.shellWords = true, c.Shell
	case *instructions.CmdCommand:
		r.lintShellForm(c, c.PrependShell)
		r.lintOnce(c, &sc.cmdAt)
	case *instructions.EntrypointCommand:
		r.lintShellForm(c, c.PrependShell)
		r.lintOnce(c, &sc.entrypointAt)
	case *instructions.HealthCheckCommand:
		r.lintOnce(c, &sc.healthcheckAt)
	}
}

// mounts makes the edges of RUN --mount (dockerfile2llb.dispatchRunMounts).
// Only bind and cache mounts carry files: a tmpfs may name a stage, and a secret
// may not.
func (r *run) mounts(c *instructions.RunCommand, ok bool) {
	for i, m := range instructions.GetMounts(c) {
		r.step.Mounts = append(r.step.Mounts, model.Mount{
			Type:   string(m.Type),
			From:   sanitize.Text(m.From),
			Source: sanitize.Text(m.Source),
			Target: sanitize.Text(m.Target),
			ID:     sanitize.Text(m.CacheID),
		})
		r.readMount(m, r.cmd.sources[i])
		from := m.From
		if from == "" && m.Type == instructions.MountTypeCache {
			from = scratch
		}
		if from != "" {
			src := r.cmd.sources[i]
			if r.below(src) {
				r.builder.fail(r.st.stage.index, r.cmd.at, fmt.Sprintf(
					"cannot mount from stage %q to %q, stage needs to be defined before current command", from, m.Target))
				continue
			}
			if m.Type == instructions.MountTypeBind || m.Type == instructions.MountTypeCache {
				r.addEdge(r.node(src, r.st.stage.index), r.st, model.EdgeMount, r.step.Index, r.cmd.at.start, clean(m.Source))
			}
		}
		if ok {
			r.fail(r.checkMount(m))
		}
	}
}

// below says whether a stage stands further down than the one that uses it. A
// stage that a context replaces is there from the beginning, and one that is
// part of a cycle has been reported.
func (r *run) below(src *state) bool {
	return src.stage != nil && !src.replaced && src.stage.index > r.st.stage.index && !r.st.circular[src]
}

func (r *run) checkMount(m *instructions.Mount) error {
	switch m.Type {
	case instructions.MountTypeSecret:
		return checkSecret(m, r.st.scope.os)
	case instructions.MountTypeSSH:
		if m.Source != "" {
			return errors.New("ssh does not support source")
		}
		return nil
	}
	target := m.Target
	if !system.IsAbsolutePath(filepath.Clean(target)) {
		if r.st.scope.anyDir {
			return nil
		}
		target = path.Join("/", r.st.scope.workdir, target)
	}
	if target == "/" {
		return fmt.Errorf("invalid mount target %q", target)
	}
	return nil
}

// copy makes the edge of COPY --from. What a heredoc gives does not come from
// the stage that --from names.
func (r *run) copy(c *instructions.CopyCommand, ok bool) {
	var src *state
	if len(r.cmd.sources) > 0 {
		src = r.cmd.sources[0]
	}
	if src != nil || c.From == "" {
		r.readCopy(src, c.SourcePaths, c.Parents, c.ExcludePatterns)
	}
	from := model.None
	if src != nil {
		if r.below(src) {
			name := r.st.name
			if len(r.states) == 1 {
				name = ""
			}
			r.builder.fail(r.st.stage.index, r.cmd.at, fmt.Sprintf(
				"cannot copy from stage %q, it needs to be defined before current stage %q", c.From, name))
		} else if len(c.SourcePaths) > 0 {
			from = r.node(src, r.st.stage.index)
			r.addEdge(from, r.st, model.EdgeCopy, r.step.Index, r.cmd.at.start, clean(c.SourcePaths...))
		}
	}
	if c.From == "" || from != model.None {
		r.copies(copied{
			from: from, sources: c.SourcePaths, dest: c.DestPath, parents: c.Parents, exclude: c.ExcludePatterns,
			several: len(c.SourcePaths)+len(c.SourceContents) > 1,
		}, ok)
	}
	if ok {
		r.fail(checkCopy(copyWords{chmod: c.Chmod, sources: c.SourcePaths}))
	}
}

func clean(paths ...string) []string {
	var out []string
	for _, p := range paths {
		if p != "" {
			out = append(out, sanitize.Text(p))
		}
	}
	return out
}

// workdir follows the working directory: BuildKit makes no vertex for "/".
func (r *run) workdir(c *instructions.WorkdirCommand) {
	sc := &r.st.scope
	r.lintWorkdir(c)
	sc.dirSet = true
	if r.guess || sc.anyDir && !system.IsAbs(c.Path, sc.os) {
		sc.anyDir = true
		r.step.Vertex = true
		return
	}
	dir, err := system.NormalizeWorkdir(sc.workdir, c.Path, sc.os)
	if err != nil {
		r.step.Vertex = true
		r.fail(fmt.Errorf("normalizing workdir: %w", err))
		return
	}
	sc.workdir, sc.anyDir = dir, false
	r.step.Vertex = system.ToSlash(dir, sc.os) != "/"
}

// arg sets an ARG below FROM: a --build-arg wins, then its default, then the
// global ARG of that name (dockerfile2llb.dispatchArg).
func (r *run) arg(c *instructions.ArgCommand) {
	sc := &r.st.scope
	for _, kv := range c.Args {
		r.lintSecretKey("ARG", kv.Key)
		value, set := r.opts.BuildArgs[kv.Key]
		switch {
		case set:
		case kv.Value != nil:
			v, err := r.word(r.words.lex, *kv.Value)
			if err != nil {
				r.fail(err)
				continue
			}
			value, set = v, true
		default:
			value, set = r.globals.Get(kv.Key)
		}
		if set && kv.Key != "BUILDKIT_SBOM_SCAN_CONTEXT" && kv.Key != "BUILDKIT_SBOM_SCAN_STAGE" {
			sc.env.set(kv.Key, value)
		}
		sc.args = &argList{kv.Key, sc.args}
	}
}
