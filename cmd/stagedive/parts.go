package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/inspect/report"
)

// partFlags say which parts of an image to print, and how.
type partFlags struct {
	layers, tree, files, packages, bytes bool
	sort                                 string
	paths                                []string
}

func (f *partFlags) add(fs *pflag.FlagSet) {
	fs.BoolVar(&f.layers, "layers", false, "print only the layers")
	fs.BoolVar(&f.tree, "tree", false, "print only the directories and files of the image")
	fs.BoolVar(&f.files, "files", false, "print only the files of the image")
	fs.BoolVar(&f.packages, "packages", false, "print only the packages that are installed in the image")
	fs.StringVar(&f.sort, "sort", "", "order of --files, --tree and --packages: size, name, path (default path; of packages, kind and name)")
	fs.StringArrayVar(&f.paths, "path", nil, `only files that match, such as "*.so" or "/usr/**/doc"; "!" in front takes them out again`)
	fs.BoolVar(&f.bytes, "bytes", false, "print sizes as plain numbers of bytes")
}

// given says whether anything is to be printed that is not the explorer's.
func (f *partFlags) given() bool {
	return f.layers || f.tree || f.files || f.packages || f.bytes || f.sort != "" || len(f.paths) > 0
}

// show is what is asked for.
func (f *partFlags) show() (report.Show, error) {
	s := report.Show{Layers: f.layers, Tree: f.tree, Files: f.files, Packages: f.packages, Sort: report.Sort(f.sort), Bytes: f.bytes}
	if f.sort != "" && !slices.Contains(report.Sorts(), s.Sort) {
		return s, usagef("--sort %q is not known; use size, name or path", f.sort)
	}
	if (f.sort != "" || len(f.paths) > 0) && !s.Tree && !s.Packages {
		if s.Layers && !s.Files {
			return s, usagef("--sort and --path are for files: add --files, --tree or --packages")
		}
		s.Files = true
	}
	paths, err := report.NewPaths(f.paths)
	if err != nil {
		return s, usagef("--path %s is no pattern; use *, ?, [a-z] and **, and write \\ before those that are meant as they are", strings.Join(f.paths, " "))
	}
	s.Paths = paths
	return s, nil
}
