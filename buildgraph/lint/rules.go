package lint

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
)

// Rules are all of them: ours, then those of BuildKit's linter.
func Rules() []finding.Rule { return slices.Concat(own(), buildkitRules()) }

// Rule is the one of that ID.
func Rule(id string) (finding.Rule, bool) {
	if strings.HasPrefix(id, prefix) {
		return buildkitRule(strings.TrimPrefix(id, prefix))
	}
	for _, r := range own() {
		if r.ID == id {
			return r, true
		}
	}
	return finding.Rule{}, false
}

// rule is one of ours.
func rule(id, title string, severity finding.Severity, why, fix, more string) finding.Rule {
	return finding.Rule{ID: id, Title: title, Category: finding.Build, Severity: severity, Why: why, Fix: fix, More: more}
}

func own() []finding.Rule {
	return slices.Concat(copyRules(), cacheRules(), secretRules(), finalRules(), packageRules(), contextRules())
}

func copyRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B001", "COPY --from by number", finding.Low,
			"A number counts stages: one more FROM above, and another stage's files are copied without a word.",
			"Name the stage with AS, and copy from the name.",
			"Evidence: the --from of a COPY is a number that counts a stage.",
		),
		rule(
			"SD-B002", "A stage copied as a whole", finding.Medium,
			"All of the stage ships: its distribution, its tools, its caches and what it was built from.",
			"Copy the directory that the stage's build makes, nothing else.",
			"Evidence: COPY --from takes / of a stage that begins with an image. A stage FROM scratch that only collects results is meant to be copied whole, and never reported.\n\nA stage without a command that builds or installs is reported as info: copying it whole into scratch makes one layer of it, which may be what is wanted.",
		),
		rule(
			"SD-B003", "Sources copied along with what was built of them", finding.Low,
			"The directory holds the sources, the development packages and whatever else the build left beside its result.",
			"Copy the result: the binary, dist, the jar.",
			"Evidence: a stage copies the build context to a directory, runs a compiler or a bundler there, and COPY --from takes the directory or one above it. Where the program runs from its sources this is right: accept it with a reason.",
		),
		rule(
			"SD-B018", "ADD of local files", finding.Info,
			"ADD also downloads and unpacks: a reader has to find out that here it does neither.",
			"Write COPY.",
			"Evidence: no source of the ADD is a URL, a repository, an archive or a variable.",
		),
		rule(
			"SD-B020", "Owners changed in a layer of their own", finding.Low,
			"Changing the owner or the mode of a file stores the file again: the layer holds all of them a second time.",
			"Set the owner where the files are copied: COPY --chown=USER:GROUP, or --chmod=MODE.",
			"Evidence: a RUN does nothing but chown -R or chmod -R of a directory that an instruction above it copied to, in the image that ships.",
		),
	}
}

func cacheRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B004", "All files copied before dependencies are installed", finding.Low,
			"Any change to any file makes the installation run again.",
			"Copy the manifests, install, and copy the rest below.",
			"Evidence: COPY takes all of a directory, and commands below it read only manifests in there. A command is understood whole or nothing is said; with the build context at hand, the manifests are read too: install scripts, workspaces and local packages may need more, and silence the rule.",
		),
		rule(
			"SD-B023", "Files removed in a later layer", finding.Low,
			"The layer above has stored them: a later one only hides them, the image stays as large.",
			"Remove them in the RUN that makes them.",
			"Evidence: a RUN does nothing but remove package managers' lists, caches or packages, and a RUN above it, in the image that ships, installs with that package manager.",
		),
		rule(
			"SD-B024", "Package lists fetched in a layer of their own", finding.Low,
			"The cache keeps the lists for months, and the installation below then asks for versions that are gone.",
			"Write update and install in one RUN.",
			"Evidence: a RUN does nothing but apt-get update, and a RUN below it installs without.",
		),
		rule(
			"SD-B025", "A cache mount that apt can't use", finding.Low,
			"Debian's images delete every package after its installation, so the mount stays empty; and two builds that share it fail at apt's lock.",
			"Remove /etc/apt/apt.conf.d/docker-clean first, and add sharing=locked to the mount.",
			"Evidence: a cache mount on /var/cache/apt or /var/lib/apt without sharing=locked; or on /var/cache/apt in a stage from an official Debian or Ubuntu image where nothing mentions docker-clean.",
		),
	}
}

func secretRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B005", "A secret in the Dockerfile", finding.High,
			"It is in the file's history, in the image's configuration and in every copy of either.",
			"Take it out, replace it where it was valid, and pass the new one with RUN --mount=type=secret.",
			"Evidence: a variable whose name promises a secret has a value that is no placeholder and names no other variable, or a URL has a password in it. The value is never shown.\n\nA name alone is BuildKit's rule SecretsUsedInArgOrEnv; skipping that one for an instruction silences this one too.",
		),
		rule(
			"SD-B011", "Files with secrets are copied", finding.High,
			"Whoever can pull the image, or a stage of it from a shared cache, can read them. Deleting them later does not help.",
			"List them in .dockerignore; what a step needs of them comes with RUN --mount=type=secret.",
			"Evidence: an instruction takes a file whose content was looked at: a private key, a token of a registry, a password in a .env file or in .netrc. Examples, templates and placeholders are none.",
		),
	}
}

func finalRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B006", "Development tools installed in the image that ships", finding.Medium,
			"Compilers and headers make the image larger, and give whoever breaks in something to work with.",
			"Install them in a stage that builds, and copy its result.",
			"Evidence: a RUN of the stage that ships, or of one that it is FROM, installs packages that only a build needs, and does not remove them in the same RUN. Stages named after development or tests are left alone.",
		),
		rule(
			"SD-B007", "A stage that nothing uses", finding.Info,
			"Building the image never looks at it. It runs only where somebody names it as the target.",
			"Remove it, or copy from it, if it is not meant as a target of its own.",
			"Evidence: no stage is FROM it, copies from it or mounts it, and it is neither the last one nor the target. A stage without a name can't be a target, and is low.",
		),
		rule(
			"SD-B008", "A test stage that no build of the image runs", finding.Info,
			"The image ships whether the tests pass or not, unless something builds the stage by its name.",
			"Build it in CI with --target, or let the final stage copy a file of it.",
			"Evidence: as for SD-B007, of a stage whose name speaks of tests or linters, or which runs them.",
		),
		rule(
			"SD-B015", "The stage that ships is FROM the builder", finding.Medium,
			"Everything in the builder ships: compiler, sources, caches.",
			"Begin the stage with a base to run on, and COPY --from the result.",
			"Evidence: the stage is FROM another stage of the file that runs a compiler or a bundler.",
		),
		rule(
			"SD-B016", "The image that ships begins with an SDK", finding.Medium,
			"The compiler and all that it brings ships with the program.",
			"Build in a stage with the SDK, and copy the result to a small base.",
			"Evidence: the stage that ships, or the first one that it is FROM, begins with an official image that exists to build: golang, rust, gcc, maven, gradle, dotnet/sdk, a JDK. Stages named after development or tests are left alone.",
		),
		rule(
			"SD-B017", "The image that ships begins with the large variant of its base", finding.Low,
			"The default variant brings compilers, headers and version control, several hundred megabytes of it.",
			"Use the slim or alpine variant; build what needs a compiler in another stage.",
			"Evidence: the tag of an official node, python, ruby or perl image says neither slim nor alpine.",
		),
		rule(
			"SD-B021", "A base without a version", finding.Low,
			"Another build gets another image, and nothing in the Dockerfile says so.",
			"Write a tag, better with a digest.",
			"Evidence: an image in FROM or COPY --from, in a stage that the build needs, has no tag and no digest, or the tag latest.",
		),
		rule(
			"SD-B022", "The program runs as root", finding.Info,
			"Whoever breaks out of the program is root in the container.",
			"Write USER with a user of its own.",
			"Evidence: no USER in the stage that ships, whose base is scratch or an official image known to run as root. Other bases may set one, and are left alone.",
		),
	}
}

func packageRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B012", "Recommended packages are installed", finding.Info,
			"apt also installs what a person at a desktop may like to have.",
			"Add --no-install-recommends, and name what is missing then.",
			"Evidence: apt-get install without the option, in the image that ships, where nothing sets APT::Install-Recommends.",
		),
		rule(
			"SD-B013", "A package manager's files stay in the layer", finding.Low,
			"Lists and downloads are of no use in an image.",
			"Remove them in the same RUN, or keep them in a cache mount.",
			"Evidence: a RUN of the image that ships installs with apt, apk, dnf, yum, zypper, pip, npm, yarn, pnpm, Composer, gem or Bundler, and neither an option, a removal in the same RUN, a cache mount nor a variable keeps the files out.",
		),
		rule(
			"SD-B014", "npm install where a lock file is", finding.Low,
			"npm install may change the lock file, and with it what ships, from one build to the next.",
			"Use npm ci.",
			"Evidence: npm install without a package's name, in a directory to which package-lock.json is copied.",
		),
		rule(
			"SD-B019", "A download handed to a shell", finding.Info,
			"What runs is whatever the server sends that day; a part of it when the connection breaks.",
			"Download it to a file, compare its checksum (ADD --checksum does both), and run it then.",
			"Evidence: the output of curl or wget goes to a shell, through a pipe or a substitution. In the image that ships it is low.",
		),
	}
}

func contextRules() []finding.Rule {
	return []finding.Rule{
		rule(
			"SD-B009", "No .dockerignore", finding.Low,
			"A COPY of the whole context takes all that lies there, and any of it changing makes the step run again.",
			"Write a .dockerignore.",
			"Evidence: an instruction that the build needs takes all of the build context, and there is no ignore file. Where nothing that does not belong there was seen, it is info.",
		),
		rule(
			"SD-B010", "Files copied that no build needs", finding.Low,
			"They make the step slower, run again for nothing, and may end up in the image.",
			"List them in .dockerignore.",
			"Evidence: an instruction takes directories that tools make again or that belong to the developer's machine: version control, installed packages, build results, editors' settings. Version control is left alone where a command may ask it for the version.",
		),
	}
}
