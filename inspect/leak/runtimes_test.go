package leak_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// What belongs to a runtime, or is needed while the program runs, is no leak; the same
// without the runtime is.
func TestRuntimesAreNoTools(t *testing.T) {
	elf, php, node := native(""), "#!/usr/bin/env php\n", "#!/usr/bin/env node\n"
	release := func(modules string) string {
		return "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"21.0.4\"\nMODULES=\"" + modules + "\"\n"
	}
	tests := map[string]struct {
		entries []entry
		want    string // the rule; "" for nothing
	}{
		"npm beside its node":          {[]entry{exec("/usr/local/bin/node", elf), exec("/usr/local/lib/node_modules/npm/bin/npm-cli.js", node)}, ""},
		"npm of Debian's nodejs":       {[]entry{exec("/usr/bin/nodejs", elf), exec("/usr/lib/node_modules/npm/bin/npm-cli.js", node)}, ""},
		"npm alone":                    {[]entry{exec("/usr/local/lib/node_modules/npm/bin/npm-cli.js", node)}, "SD-T011"},
		"the Yarn of a node image":     {[]entry{exec("/opt/yarn-v1.22.22/bin/yarn.js", node+"require('../lib/cli.js')")}, ""},
		"Yarn elsewhere":               {[]entry{exec("/srv/yarn/bin/yarn.js", node+"require('../lib/cli.js')")}, "SD-T011"},
		"phpize beside its php":        {[]entry{exec("/usr/local/bin/php", elf), exec("/usr/local/bin/phpize", "#!/bin/sh\nphpize_revision=1\n")}, ""},
		"phpize without":               {[]entry{exec("/usr/local/bin/phpize", "#!/bin/sh\nphpize_revision=1\n")}, "SD-T014"},
		"pecl beside its php":          {[]entry{exec("/usr/local/bin/php", elf), exec("/usr/local/bin/pecl", "#!/bin/sh\nexec php -d x peclcmd.php\n")}, ""},
		"Composer":                     {[]entry{exec("/usr/bin/composer", php+"/* This file is part of Composer. */")}, "SD-T014"},
		"a script that calls Composer": {[]entry{exec("/usr/local/bin/composer", "#!/bin/sh\nexec composer install\n")}, ""},
		"a JRE":                        {[]entry{text("/opt/java/release", release("java.base java.compiler java.xml")), exec("/opt/java/bin/java", native("JLI_Launch"))}, ""},
		"a linked runtime with javac's module": {
			[]entry{text("/opt/java/release", release("java.base java.compiler jdk.compiler")), exec("/opt/java/bin/java", native("JLI_Launch"))}, "SD-T004",
		},
		"Debian's headless runtime":   {[]entry{text("/usr/lib/jvm/java-17-openjdk-amd64/release", release("java.base java.compiler jdk.compiler"))}, ""},
		"a JDK of Java 8":             {[]entry{text("/opt/jdk8/lib/tools.jar", "PK\x03\x04com/sun/tools/javac/Main.class")}, "SD-T004"},
		"tools.jar of something else": {[]entry{text("/app/lib/tools.jar", "PK\x03\x04com/example/Tools.class")}, ""},
		"maven-core among libraries":  {[]entry{text("/app/WEB-INF/lib/maven-core-3.9.6.jar", "PK\x03\x04org/apache/maven/Maven.class")}, ""},
		"ant among libraries":         {[]entry{text("/app/lib/ant-launcher.jar", "PK\x03\x04"), text("/app/lib/ant.jar", "PK\x03\x04")}, ""},
		"an Erlang release":           {[]entry{exec("/app/erts-15.0/bin/erlc", native("ERLC_EMULATOR")), text("/app/lib/compiler-8.5/ebin/compile.beam", "FOR1\x00\x00BEAM")}, ""},
		"Erlang/OTP":                  {[]entry{exec("/usr/local/lib/erlang/bin/erlc", native("ERLC_EMULATOR"))}, "SD-T015"},
		"Roslyn among libraries":      {[]entry{text("/app/Microsoft.CodeAnalysis.CSharp.dll", "MZ\x90"), text("/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/System.dll", "MZ\x90")}, ""},
		"an SDK":                      {[]entry{text("/usr/share/dotnet/sdk/8.0.100/MSBuild.dll", "MZ\x90")}, "SD-T009"},
		"archives of Python packages": {[]entry{text("/usr/local/lib/python3.12/site-packages/numpy/core/lib/libnpymath.a", "!<arch>\n")}, ""},
		"an archive that is a text":   {[]entry{text("/usr/local/lib/libx.a", "/* GNU ld script */\n")}, ""},
		"Poetry's environments":       {[]entry{blob("/root/.cache/pypoetry/virtualenvs/app-py3.12/lib/python3.12/site-packages/x.py", 2<<20)}, ""},
		"Next.js's image cache":       {[]entry{blob("/app/.next/cache/images/a/b.webp", 2<<20)}, ""},
		"Yarn's Plug'n'Play":          {[]entry{blob("/app/.yarn/cache/react-npm-18.zip", 2<<20)}, ""},
		"Deno's directory":            {[]entry{blob("/deno-dir/npm/registry/x/1.0.0/x.js", 2<<20), blob("/root/.cache/deno/remote/x", 2<<20)}, ""},
		"models":                      {[]entry{blob("/root/.cache/huggingface/hub/models--x/blobs/y", 2<<20)}, ""},
		"Cargo's build directory":     {[]entry{blob("/app/target/.rustc_info.json", 1000), blob("/app/target/release/deps/libx.rlib", 2<<20)}, "SD-C007"},
		"a directory called target":   {[]entry{blob("/app/target/practice.png", 2<<20)}, ""},
		"a C program called make":     {[]entry{exec("/usr/local/bin/make", native("make: nothing to be done"))}, ""},
		"a text called gcc":           {[]entry{text("/usr/local/bin/gcc", "COLLECT_GCC\n")}, ""},
		"docs about gcc":              {[]entry{text("/usr/share/doc/gcc", native("COLLECT_GCC"))}, ""},
		"libLLVM, for a database":     {[]entry{exec("/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1", native("clang LLVM compiler LLD "))}, ""},
		"gcc's runtime library":       {[]entry{exec("/usr/lib/x86_64-linux-gnu/libgcc_s.so.1", native("COLLECT_GCC"))}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found := find(t, &image.Image{}, nil, tt.entries)
			var rules []string
			for _, f := range found {
				rules = append(rules, f.Rule)
			}
			if got := strings.Join(rules, " "); got != tt.want {
				t.Errorf("found %q, want %q: %s", got, tt.want, summary(found))
			}
		})
	}
}

// Build tools of Node count less where nothing says that they are for development only.
func TestJavaScriptTools(t *testing.T) {
	const at = "/app/node_modules/"
	layer := []entry{
		text("/app/package.json", `{"name":"app","dependencies":{"express":"4"},"devDependencies":{"webpack":"5"}}`),
		text(at+"webpack/package.json", `{"name":"webpack","version":"5.95.0"}`), blob(at+"webpack/lib/x.js", 1<<20),
		text(at+"express/package.json", `{"name":"express","version":"4.0.0"}`),
		text(at+"next/package.json", `{"name":"next","version":"15.0.0"}`), blob(at+"next/dist/compiled/webpack/bundle5.js", 1<<20),
		text("/usr/local/lib/node_modules/npm/package.json", `{"name":"npm","version":"10.0.0"}`),
		text("/usr/local/lib/node_modules/npm/node_modules/node-gyp/package.json", `{"name":"node-gyp","version":"10.0.0"}`),
	}
	f := one(t, find(t, &image.Image{}, nil, layer), "SD-T012")
	if f.Path != at+"webpack" || f.Severity != finding.Medium || !strings.Contains(strings.Join(f.Evidence, "\n"), "for development only") {
		t.Errorf("%+v", f)
	}
	layer[0] = text("/app/package.json", `{"name":"app","dependencies":{"express":"4","webpack":"5"}}`)
	if f := one(t, find(t, &image.Image{}, nil, layer), "SD-T012"); f.Severity != finding.Low {
		t.Errorf("one that runs: %+v", f)
	}
	found := find(t, &image.Image{}, nil, []entry{exec("/usr/local/bin/bundle", goProgram("github.com/evanw/esbuild/cmd/esbuild"))})
	if f := one(t, found, "SD-T012"); f.Path != "/usr/local/bin/bundle" {
		t.Errorf("%+v", f)
	}
}

// A base image that brings package managers was chosen for it.
func TestPackageManagersOfTheBase(t *testing.T) {
	layer := []entry{exec("/usr/local/lib/node_modules/npm/bin/npm-cli.js", "#!/usr/bin/env node\n")}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: -1, Step: -1, Base: true}}}}
	if found := find(t, im, nil, layer); len(found) > 0 {
		t.Errorf("the base's: %s", summary(found))
	}
	one(t, find(t, &image.Image{}, nil, layer), "SD-T011")
}
