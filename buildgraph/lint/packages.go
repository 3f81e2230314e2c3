package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/stagedive/stagedive/model/finding"
)

// recommends is SD-B012.
func (c *checker) recommends() {
	steps := c.shipped()
	if !c.runtime() || slices.ContainsFunc(steps, func(s step) bool { return s.mentions("Install-Recommends") || s.mentions("no-install-recommends\"") }) {
		return
	}
	for _, s := range steps {
		for _, x := range s.calls {
			if !apt(x) || x.verb() != "install" || x.has("--no-install-recommends") || s.OnBuild || len(packages(x)) == 0 {
				continue
			}
			f := rate()
			f.Evidence = []string{x.name() + " install without --no-install-recommends"}
			if s.Line == s.EndLine && strings.Count(s.Text, x.name()+" install") == 1 {
				f.Instead = strings.Replace(s.Text, x.name()+" install", x.name()+" install --no-install-recommends", 1)
				f.Fix = fmt.Sprintf("line %d: %s", s.Line, f.Instead)
			} else {
				f.Fix = fmt.Sprintf("line %d: %s install --no-install-recommends", s.Line, x.name())
			}
			c.add(s, "SD-B012", "Recommended packages are installed too", f)
			break
		}
	}
}

// keeper is a package manager that leaves files behind.
type keeper struct {
	name    string
	found   func(call) bool
	what    string   // it leaves
	dirs    []string // a cache mount on one of these keeps the files out of the layer
	flags   []string // of the command, that leave none
	cleaned []string // any of these in the RUN's text removes them
	vars    []string // variables that turn it off
	fix     string
}

func keepers() []keeper {
	verb := func(names []string, verbs ...string) func(call) bool {
		return func(x call) bool { return slices.Contains(names, x.name()) && slices.Contains(verbs, x.verb()) }
	}
	return []keeper{
		{
			name: "apt", found: aptUpdate, what: "package lists in /var/lib/apt/lists", dirs: []string{"/var/lib/apt"},
			cleaned: []string{"/var/lib/apt", "apt-get distclean", "apt distclean"}, fix: "add && rm -rf /var/lib/apt/lists/* at the end of the RUN",
		},
		{
			name: "apk", found: func(x call) bool { return x.name() == "apk" && (x.verb() == "add" || x.verb() == "update") }, what: "package lists in /var/cache/apk", dirs: []string{"/var/cache/apk", "/etc/apk/cache"},
			flags: []string{"--no-cache"}, cleaned: []string{"/var/cache/apk", "apk cache"}, fix: "apk add --no-cache",
		},
		{
			name: "dnf", found: verb([]string{"dnf", "yum", "microdnf", "tdnf"}, "install", "update", "upgrade"), what: "metadata and packages in /var/cache", dirs: []string{"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"},
			cleaned: []string{"clean all", "clean dbcache", "/var/cache"}, fix: "add && dnf clean all at the end of the RUN",
		},
		{
			name: "zypper", found: verb([]string{"zypper"}, "install", "in"), what: "packages in /var/cache/zypp", dirs: []string{"/var/cache/zypp"},
			cleaned: []string{"zypper clean", "zypper cc", "/var/cache/zypp"}, fix: "add && zypper clean --all at the end of the RUN",
		},
		{
			name: "pip", found: isPip, what: "downloads in /root/.cache/pip", dirs: []string{"/root/.cache", "/.cache"}, flags: []string{"--no-cache-dir"},
			cleaned: []string{".cache", "pip cache purge", "--no-cache-dir"}, vars: []string{"PIP_NO_CACHE_DIR", "PIP_CACHE_DIR", "XDG_CACHE_HOME"},
			fix: "pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip",
		},
		{
			name: "npm", found: verb([]string{"npm"}, "install", "ci", "i"), what: "downloads in /root/.npm", dirs: []string{"/root/.npm"},
			flags: []string{"--cache"}, cleaned: []string{"npm cache clean", ".npm", "/root/*", "_cacache"}, vars: []string{"NPM_CONFIG_CACHE", "npm_config_cache"},
			fix: "RUN --mount=type=cache,target=/root/.npm, or && npm cache clean --force at the end of the RUN",
		},
		{
			name: "yarn", found: func(x call) bool {
				return x.name() == "yarn" && (x.verb() == "install" || x.verb() == "")
			}, what: "downloads in yarn's cache", dirs: []string{"/usr/local/share/.cache", "/root/.yarn", "/root/.cache"},
			flags: []string{"--cache-folder", "--version"}, cleaned: []string{"yarn cache clean", ".cache", ".yarn/cache"}, vars: []string{"YARN_CACHE_FOLDER"},
			fix: "RUN --mount=type=cache,target=/usr/local/share/.cache/yarn, or && yarn cache clean at the end of the RUN",
		},
		{
			name: "composer", found: verb([]string{"composer"}, "install", "update", "require"), what: "downloads in Composer's cache", dirs: []string{"/tmp", "/root/.composer", "/root/.cache"},
			flags: []string{"--no-cache"}, cleaned: []string{"clear-cache", "clearcache", ".composer", ".cache"}, vars: []string{"COMPOSER_CACHE_DIR", "COMPOSER_HOME"},
			fix: "composer install --no-cache",
		},
	}
}

func isPip(x call) bool {
	switch x.name() {
	case "pip", "pip3":
		return x.verb() == "install"
	case "python", "python3":
		w := x.words
		return len(w) > 3 && w[1] == "-m" && w[2] == "pip" && slices.Contains(w[3:], "install")
	}
	return false
}

// leftovers is SD-B013.
func (c *checker) leftovers() {
	if !c.runtime() {
		return
	}
	set := map[string]bool{}
	for _, s := range c.shipped() {
		switch ins := s.ins.Command.(type) {
		case *instructions.EnvCommand:
			for _, kv := range ins.Env {
				set[kv.Key] = true
			}
		case *instructions.ArgCommand:
			for _, kv := range ins.Args {
				set[kv.Key] = true
			}
		}
		if !s.read || s.OnBuild {
			continue
		}
		var left []keeper
		for _, k := range keepers() {
			if !c.late[s.Line] && c.leaves(s, k, set) {
				left = append(left, k)
			}
		}
		if len(left) == 0 {
			continue
		}
		f := rate()
		var names, fixes []string
		for _, k := range left {
			names = append(names, k.name)
			fixes = append(fixes, k.fix)
			f.Evidence = append(f.Evidence, fmt.Sprintf("%s leaves %s, and nothing in the RUN removes it", k.name, k.what))
		}
		f.Fix = fmt.Sprintf("line %d: %s", s.Line, strings.Join(fixes, "; "))
		if text, ok := mended(s, left); ok {
			f.Instead = text
			f.Fix = fmt.Sprintf("line %d: %s", s.Line, text)
		}
		c.add(s, "SD-B013", fmt.Sprintf("Files of %s stay in the layer", strings.Join(names, " and ")), f)
	}
}

// mended is a RUN of one line that leaves nothing; ok is false where that takes more than
// another word.
func mended(s step, left []keeper) (text string, ok bool) {
	if s.Line != s.EndLine || !s.plainRun() || len(ands(s.ins.Command.(*instructions.RunCommand).CmdLine[0])) == 0 {
		return "", false
	}
	text = s.Text
	for _, k := range left {
		switch {
		case k.name == "apt":
			text += " && rm -rf /var/lib/apt/lists/*"
		case k.name == "apk" && strings.Count(text, "apk add ") == 1:
			text = strings.Replace(text, "apk add ", "apk add --no-cache ", 1)
		case k.name == "pip" && strings.Count(text, "pip install ") == 1:
			text = strings.Replace(text, "pip install ", "pip install --no-cache-dir ", 1)
		case k.name == "pip" && strings.Count(text, "pip3 install ") == 1:
			text = strings.Replace(text, "pip3 install ", "pip3 install --no-cache-dir ", 1)
		case k.name == "composer" && strings.Count(text, "composer install") == 1:
			text = strings.Replace(text, "composer install", "composer install --no-cache", 1)
		default:
			return "", false
		}
	}
	return text, true
}

// leaves says that a RUN leaves a package manager's files.
func (c *checker) leaves(s step, k keeper, set map[string]bool) bool {
	if s.mounted("cache", k.dirs...) || s.mounted("tmpfs", k.dirs...) {
		return false
	}
	if slices.ContainsFunc(k.cleaned, s.mentions) || slices.ContainsFunc(k.vars, func(v string) bool { return set[v] || s.mentions(v) }) {
		return false
	}
	return slices.ContainsFunc(s.calls, func(x call) bool {
		return k.found(x) && !x.open() && (len(k.flags) == 0 || !x.has(k.flags...))
	})
}

// aptCaches is SD-B025.
func (c *checker) aptCaches() {
	for i, stage := range c.stages {
		_, ref := c.external(i)
		name, _, _ := image(ref)
		for _, s := range stage {
			if !s.read || s.OnBuild || !slices.ContainsFunc(s.calls, func(x call) bool { return apt(x) && x.verb() == "install" }) || !s.mounted("cache", "/var/cache/apt", "/var/lib/apt") {
				continue
			}
			unlocked := false
			for _, m := range instructions.GetMounts(s.ins.Command.(*instructions.RunCommand)) {
				if m.Type == instructions.MountTypeCache && m.CacheSharing != instructions.MountSharingLocked && m.CacheSharing != instructions.MountSharingPrivate && (within(m.Target, "/var/cache/apt") || within(m.Target, "/var/lib/apt")) {
					unlocked = true
				}
			}
			emptied := (name == "debian" || name == "ubuntu") && s.mounted("cache", "/var/cache/apt") && !c.mentionedBefore(s, "docker-clean") && !c.mentionedBefore(s, "Keep-Downloaded-Packages")
			if !unlocked && !emptied {
				continue
			}
			f, title := rate(), "Two builds at once fail at apt's lock"
			var fixes []string
			if unlocked {
				f.Evidence = append(f.Evidence, "the mount's sharing is not locked")
				fixes = append(fixes, "add sharing=locked to each of its cache mounts")
			}
			if emptied {
				title = "The cache mount for apt stays empty"
				f.Evidence = append(f.Evidence, fmt.Sprintf("%s deletes packages after their installation (/etc/apt/apt.conf.d/docker-clean)", name))
				fixes = append(fixes, "begin the RUN with rm -f /etc/apt/apt.conf.d/docker-clean &&")
			}
			f.Fix = fmt.Sprintf("line %d: %s", s.Line, strings.Join(fixes, "; "))
			c.add(s, "SD-B025", title, f)
		}
	}
}

// mentionedBefore says that the RUN, or one above it in the stages that it stands on,
// speaks of something.
func (c *checker) mentionedBefore(at step, text string) bool {
	for _, i := range c.g.Lineage(at.stage) {
		for _, s := range c.stages[i] {
			if (i != at.stage || s.Index <= at.Index) && s.mentions(text) {
				return true
			}
		}
	}
	return false
}

// npmInstall is SD-B014.
func (c *checker) npmInstall() {
	if c.in.Context == nil {
		return
	}
	for _, stage := range c.stages {
		lock := false
		for _, s := range stage {
			if t, ok := s.transfer(); ok && t.from == "" && slices.ContainsFunc(t.sources, c.takesLock) {
				lock = true
			}
			if !lock || !s.read || s.OnBuild {
				continue
			}
			for _, x := range s.calls {
				if x.name() != "npm" || x.verb() != "install" && x.verb() != "i" || len(x.args()) > 1 || x.open() || x.has("-g", "--global", "--package-lock-only", "--prefix") {
					continue
				}
				f := finding.Finding{Severity: asRule, Evidence: []string{"package-lock.json is copied before it"}}
				if s.Line == s.EndLine && strings.Count(s.Text, "npm "+x.verb()) == 1 {
					f.Instead = strings.Replace(s.Text, "npm "+x.verb(), "npm ci", 1)
					f.Fix = fmt.Sprintf("line %d: %s", s.Line, f.Instead)
				}
				c.add(s, "SD-B014", "npm install does not keep to the lock file", f)
				break
			}
		}
	}
}

// takesLock says that a source of the build context is npm's lock file, or the directory
// that has it.
func (c *checker) takesLock(src string) bool {
	name := strings.Trim(strings.TrimPrefix(src, "./"), "/")
	switch {
	case name == "package-lock.json" || name == "package*.json" || name == "package-lock*.json" || name == "*.json":
		return c.in.Context.Has("package-lock.json")
	case name == "" || name == ".":
		return c.in.Context.Has("package-lock.json")
	case strings.HasSuffix(name, "/package-lock.json") || strings.HasSuffix(name, "/package*.json"):
		return c.in.Context.Has(name[:strings.LastIndexByte(name, '/')] + "/package-lock.json")
	}
	return c.in.Context.Has(name + "/package-lock.json")
}
