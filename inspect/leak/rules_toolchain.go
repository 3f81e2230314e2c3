package leak

import "github.com/stagedive/stagedive/model/finding"

const (
	whyToolchain = "A compiler in the final image is size that nothing uses at run time, and gives an intruder the means to build tools on the spot."
	fixToolchain = "Build in a stage of its own, start the final stage FROM a runtime image, and COPY --from only what was built."
)

// ruleOfFamily is the rule that a toolchain's family is reported under.
func ruleOfFamily(family string) string {
	switch family {
	case familyGo:
		return "SD-T001"
	case familyC:
		return "SD-T002"
	case familyHeaders:
		return "SD-T003"
	case familyJava:
		return "SD-T004"
	case familyBuild:
		return "SD-T005"
	case familyRust:
		return "SD-T006"
	case familyNode:
		return "SD-T007"
	case familyJVM:
		return "SD-T008"
	case familyDotnet:
		return "SD-T009"
	}
	return "SD-T010"
}

func toolchainRules() []finding.Rule {
	rule := func(id, title string, severity finding.Severity) finding.Rule {
		return finding.Rule{ID: id, Title: title, Category: finding.Toolchain, Severity: severity, Why: whyToolchain, Fix: fixToolchain}
	}
	headers := rule("SD-T003", "Development headers", finding.Low)
	headers.Why = "Headers and static libraries are read by compilers only; nothing uses them at run time."
	headers.Fix = "Install the -dev packages in the build stage, and the run-time library without -dev in the final one."
	jdk := rule("SD-T004", "Java development kit", finding.High)
	jdk.Fix = "Start the final stage FROM a JRE image (eclipse-temurin:21-jre), or COPY --from a runtime that jlink made."
	typescript := rule("SD-T007", "TypeScript compiler", finding.Medium)
	typescript.Why = "The TypeScript compiler translates sources; what it made runs without it."
	typescript.Fix = "Install with npm ci --omit=dev in the final stage, and COPY --from the build stage only the JavaScript."
	build := rule("SD-T005", "Build system", finding.Medium)
	build.Why = "A build system in the final image is size that nothing uses at run time, and a sign that building and running were not parted."
	dev := finding.Rule{
		ID: "SD-D001", Title: "Node packages for development", Category: finding.DevDeps, Severity: finding.Low,
		Why: "Test runners, linters, bundlers and type packages are not loaded at run time; they add size and known vulnerabilities.",
		Fix: "Install with npm ci --omit=dev in the final stage, or run npm prune --omit=dev before copying node_modules.",
	}
	return []finding.Rule{
		rule("SD-T001", "Go toolchain", finding.High),
		rule("SD-T002", "C/C++ compiler", finding.High),
		headers, jdk, build,
		rule("SD-T006", "Rust toolchain", finding.High),
		typescript,
		rule("SD-T008", "Java build tool", finding.Medium),
		rule("SD-T009", ".NET SDK", finding.High),
		rule("SD-T010", "Compiler", finding.High),
		dev,
	}
}
