package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// dockerfileFlags say which Dockerfile is meant and how its variables expand.
// Names and meanings are those of docker buildx build.
type dockerfileFlags struct {
	file      string
	target    string
	buildArgs []string
	platforms []string
	contexts  []string

	shown string // what the Dockerfile is called on the screen; "" for its path. No flag sets it.
}

func (f *dockerfileFlags) add(fs *pflag.FlagSet) {
	fs.StringVarP(&f.file, "file", "f", "", `name of the Dockerfile (default "PATH/Dockerfile"), "-" for stdin`)
	fs.StringVar(&f.target, "target", "", "stage to build (default the last one)")
	fs.StringArrayVar(&f.buildArgs, "build-arg", nil, "set a build argument: NAME=VALUE, or NAME to take it from the environment")
	fs.StringSliceVar(&f.platforms, "platform", nil, "platform to build for, such as linux/arm64")
	fs.StringArrayVar(&f.contexts, "build-context", nil, "additional named context: NAME=DIR, NAME=docker-image://REF, NAME=oci-layout://DIR@DIGEST")
}

// args returns the build arguments by name.
func (f *dockerfileFlags) args(lookup func(string) (string, bool)) (map[string]string, error) {
	out := map[string]string{}
	for _, a := range f.buildArgs {
		name, value, given := strings.Cut(a, "=")
		if name == "" {
			return nil, usagef("--build-arg %q has no name; write --build-arg NAME=VALUE", a)
		}
		if !given {
			var ok bool
			if value, ok = lookup(name); !ok {
				continue // as docker build: an unset variable gives no argument
			}
		}
		out[name] = value
	}
	return out, nil
}

// named returns the named contexts by name.
func (f *dockerfileFlags) named() (map[string]string, error) {
	out := map[string]string{}
	for _, c := range f.contexts {
		name, value, ok := strings.Cut(c, "=")
		if !ok || name == "" || value == "" {
			return nil, usagef("--build-context %q is not NAME=VALUE; write --build-context NAME=DIR", c)
		}
		out[name] = value
	}
	return out, nil
}

// buildFlags say how to build.
type buildFlags struct {
	dockerfileFlags
	secrets      []string
	ssh          []string
	tags         []string
	labels       []string
	noCache      bool
	noCacheOf    []string
	pull         bool
	cacheFrom    []string
	cacheTo      []string
	engine       string
	engineConfig string
	shell        string
}

func (f *buildFlags) add(fs *pflag.FlagSet) {
	f.dockerfileFlags.add(fs)
	fs.StringArrayVar(&f.secrets, "secret", nil, "secret to expose to the build: id=ID,src=FILE or id=ID,env=NAME")
	fs.StringArrayVar(&f.ssh, "ssh", nil, "SSH agent or key to expose: default, or ID=SOCKET|KEY")
	fs.StringArrayVarP(&f.tags, "tag", "t", nil, "name for the image, NAME[:TAG]")
	fs.BoolVar(&f.noCache, "no-cache", false, "do not use the cache")
	fs.StringSliceVar(&f.noCacheOf, "no-cache-filter", nil, "stages not to take from the cache")
	fs.StringArrayVar(&f.cacheFrom, "cache-from", nil, "cache to use: a reference, or type=registry|local,…")
	fs.StringArrayVar(&f.cacheTo, "cache-to", nil, "where to put the cache: type=registry|local|inline,…")
	fs.StringArrayVar(&f.labels, "label", nil, "set a label of the image: NAME=VALUE")
	fs.BoolVar(&f.pull, "pull", false, "always look for newer base images")
	fs.StringVar(&f.engine, "engine", "", `address of a BuildKit, or "embedded" (default $BUILDKIT_HOST, else embedded)`)
	fs.StringVar(&f.shell, "shell", "", "shell to open in a build, a path or a name or stagedive for its own (default the step's SHELL, else the best the image has)")
	fs.StringVar(&f.engineConfig, "engine-config", "", "buildkitd.toml for the embedded engine: mirrors, CAs, garbage collection")
}

// addInputs adds those without which a stage would be another, but for its name
// and the platform.
func (f *buildFlags) addInputs(fs *pflag.FlagSet) {
	var all pflag.FlagSet
	f.add(&all)
	for _, name := range []string{"file", "build-arg", "build-context", "secret", "ssh", "cache-from", "engine", "engine-config"} {
		fs.AddFlag(all.Lookup(name))
	}
}

// labelled returns the labels by name.
func (f *buildFlags) labelled() map[string]string {
	out := map[string]string{}
	for _, l := range f.labels {
		name, value, _ := strings.Cut(l, "=")
		out[name] = value
	}
	return out
}

// outputFlags say how to show what happens.
type outputFlags struct {
	progress string
	record   string
	timing   string
	failOn   string
	theme    string
	watch    bool
	breaks   []string
	policy   policyFlags
	rules    ruleFlags
}

var progressModes = []string{"auto", "tty", "plain", "rawjson"}

func (f *outputFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.progress, "progress", "auto", "how to show the build: "+strings.Join(progressModes, ", "))
	fs.StringVar(&f.record, "record", "", "keep the build's events in FILE, for stagedive replay")
	f.addTiming(fs)
	f.addTheme(fs)
	fs.BoolVar(&f.watch, "watch", false, "build now, and again whenever a file changes that reaches the target")
	fs.StringArrayVar(&f.breaks, "break", nil, "stop the build before a line of the Dockerfile, or the first step of a stage (repeatable)")
	fs.StringVar(&f.failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse: info, low, medium, high, critical")
	f.policy.add(fs)
	f.rules.add(fs)
}

// addShow adds those that a build needs which is only shown.
func (f *outputFlags) addShow(fs *pflag.FlagSet) {
	fs.StringVar(&f.progress, "progress", "auto", "how to show it: "+strings.Join(progressModes, ", "))
	f.addTheme(fs)
}

func (f *outputFlags) addTiming(fs *pflag.FlagSet) {
	fs.StringVar(&f.timing, "timing", "", "write where the time went to FILE: JSON, and a trace for Perfetto and Chrome")
}

func (f *outputFlags) addTheme(fs *pflag.FlagSet) {
	fs.StringVar(&f.theme, "theme", "auto", "colours for the terminal's background: auto asks it; dark, light")
}

func (f *outputFlags) check() error {
	if f.theme != "" && !slices.Contains([]string{"auto", "dark", "light"}, f.theme) {
		return usagef("--theme %q is not known; use auto, dark or light", f.theme)
	}
	if !slices.Contains(progressModes, f.progress) {
		return usagef("--progress %q is not known; use one of %s", f.progress, strings.Join(progressModes, ", "))
	}
	if f.failOn != "" {
		if _, ok := finding.ParseSeverity(f.failOn); !ok {
			return usagef("--fail-on %q is not a severity; use info, low, medium, high or critical", f.failOn)
		}
	}
	return f.rules.load()
}

// tui says whether to show the TUI.
func (f *outputFlags) tui(env environment) (bool, error) {
	switch {
	case f.progress == "tty" && !env.terminal:
		return false, usagef("--progress tty needs a terminal on stdin and stdout; use --progress plain")
	case f.progress == "tty":
		return true, nil
	}
	return f.progress == "auto" && env.interactive(), nil
}

// failing says whether the worst finding reaches --fail-on, and whether that is known.
func (f *outputFlags) failing(im *image.Image, findings []finding.Finding) error {
	level, ok := finding.ParseSeverity(f.failOn)
	if !ok {
		return nil
	}
	return failing(im, findings, level)
}

// failing is the error of an image with a finding at or above a level, but for what a
// policy allows, and of one of which that is not known.
func failing(im *image.Image, findings []finding.Finding, level finding.Severity) error {
	n := finding.Count(findings).AtLeast(level)
	if unread := im.UnreadInWords(); n == 0 && unread != "" {
		return fmt.Errorf("%s could not be read: whether the image holds a finding at or above %s is not known; get the image again, or leave --fail-on out", unread, level)
	}
	if n == 0 {
		return nil
	}
	return exitError{exitFindings, fmt.Errorf("%d finding(s) at or above %s; see the list above", n, level)}
}
