package buildgraph

import (
	"strconv"
	"strings"

	"github.com/containerd/platforms"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// platformArgs are the arguments that BuildKit sets by itself, which a
// --build-arg of the same name overrides (dockerfile2llb.defaultArgs).
func (b *builder) platformArgs() *env {
	stageName := b.opts.Target
	if n := len(b.stages); stageName == "" && n > 0 {
		stageName = b.stages[n-1].from.Name
	}
	if stageName == "" {
		stageName = "default"
	}
	e := newEnv(nil)
	for _, kv := range [][2]string{
		{"BUILDPLATFORM", platforms.Format(b.build)},
		{"BUILDOS", b.build.OS},
		{"BUILDOSVERSION", b.build.OSVersion},
		{"BUILDARCH", b.build.Architecture},
		{"BUILDVARIANT", b.build.Variant},
		{"TARGETPLATFORM", platforms.FormatAll(b.target)},
		{"TARGETOS", b.target.OS},
		{"TARGETOSVERSION", b.target.OSVersion},
		{"TARGETARCH", b.target.Architecture},
		{"TARGETVARIANT", b.target.Variant},
		{"TARGETSTAGE", stageName},
	} {
		v := kv[1]
		if given, ok := b.opts.BuildArgs[kv[0]]; ok {
			v = given
		}
		e.set(kv[0], v)
	}
	return e
}

// setGlobals reads the ARGs above the first FROM on top of the platform
// arguments: a default may use those above it, a --build-arg wins over the
// default, and one without a value leaves what was there
// (dockerfile2llb.buildMetaArgs).
func (b *builder) setGlobals() {
	b.lintDefaultBases()
	b.globals = newEnv(b.platformArgs())
	for _, c := range b.metaArgs {
		at := spanOf(c.Location())
		for _, kv := range c.Args {
			arg := model.Arg{Name: sanitize.Text(kv.Key), Line: at.start}
			value, given := b.opts.BuildArgs[kv.Key]
			set := given
			if kv.Value != nil {
				arg.Default = sanitize.Text(*kv.Value)
				if !given {
					res, _, err := b.words.word(*kv.Value, b.globals)
					if err != nil {
						b.refuse(at, err.Error())
						continue
					}
					value, set = res.Result, true
				}
			}
			if set {
				b.globals.set(kv.Key, value)
			}
			b.declared[kv.Key] = true
			arg.Value, _ = b.globals.Get(kv.Key)
			arg.Value, arg.Given = sanitize.Text(arg.Value), given
			b.graph.Args = append(b.graph.Args, arg)
		}
	}
	b.resolveEpoch()
}

// resolveEpoch checks SOURCE_DATE_EPOCH: a number, the word context, a named
// context, or a stage (dockerfile2llb.resolveSourceDateEpochState; what such a
// stage may hold is left to BuildKit).
func (b *builder) resolveEpoch() {
	v, ok := b.opts.BuildArgs["SOURCE_DATE_EPOCH"]
	if !ok {
		v, _ = b.globals.Get("SOURCE_DATE_EPOCH")
	}
	if v == "" || v == "context" {
		return
	}
	if _, err := strconv.ParseInt(v, 10, 64); err == nil {
		return
	}
	if _, ok, err := b.context(v, b.target); err != nil {
		b.refuse(span{}, err.Error())
		return
	} else if ok {
		return
	}
	for _, s := range b.stages {
		if strings.EqualFold(s.from.Name, v) {
			return
		}
	}
	b.refuse(span{}, "invalid SOURCE_DATE_EPOCH: "+v)
}
