package rewrite

import "testing"

// TestCounterpart: which image runs what another one builds.
func TestCounterpart(t *testing.T) {
	for _, tt := range []struct {
		ref    string
		static bool
		want   string
	}{
		{"node:20", false, "node:20-slim"},
		{"node", false, "node:slim"},
		{"node:20-bookworm", false, "node:20-bookworm-slim"},
		{"node:20-alpine", false, ""},
		{"node:20-slim", false, ""},
		{"node:${NODE}", false, "node:${NODE}-slim"},
		{"node:${NODE:-20}", false, "node:${NODE:-20}-slim"},
		{"mirror.example:5000/library/node:20@sha256:00", false, "mirror.example:5000/library/node:20-slim"},
		{"mirror.example:5000/node", false, "mirror.example:5000/node:slim"},
		{"python:3.12", false, "python:3.12-slim"},
		{"golang:1.26", true, "scratch"},
		{"golang:1.26-bookworm", false, "debian:bookworm-slim"},
		{"golang:1.26-alpine", false, "alpine"},
		{"rust:1", false, "debian:stable-slim"},
		{"gcc:14", false, "debian:stable-slim"},
		{"maven:3.9-eclipse-temurin-21", false, "eclipse-temurin:21-jre"},
		{"maven:3.9-eclipse-temurin-21-alpine", false, "eclipse-temurin:21-jre-alpine"},
		{"gradle:8-jdk17", false, "eclipse-temurin:17-jre"},
		{"maven:3", false, ""},
		{"eclipse-temurin:21", false, "eclipse-temurin:21-jre"},
		{"eclipse-temurin:21-jdk-alpine", false, "eclipse-temurin:21-jre-alpine"},
		{"eclipse-temurin:21-jre", false, ""},
		{"openjdk:17-jdk-slim", false, "eclipse-temurin:17-jre"},
		{"registry.example/dotnet/sdk:8.0", false, "registry.example/dotnet/aspnet:8.0"},
		{"debian:12", false, ""},
		{"example/sdk:1", false, ""},
	} {
		if got := Counterpart(tt.ref, tt.static); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.ref, got, tt.want)
		}
	}
}
