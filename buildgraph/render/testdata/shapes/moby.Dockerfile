# A build of the size and shape of Moby's own.
FROM tonistiigi/xx:1.9.0 AS xx
FROM busybox AS build-dummy
RUN make build-dummy
FROM scratch AS binary-dummy
COPY --from=build-dummy /out /usr/local/
FROM golang:1.26.7-bookworm AS base
COPY --from=xx /out /usr/local/
RUN make base
FROM base AS criu
RUN make criu
FROM distribution/distribution:3.1.1 AS registry
RUN make registry
FROM debian:bookworm AS frozen-images
RUN make frozen-images
FROM base AS delve-src
FROM base AS delve-supported
RUN --mount=from=delve-src,target=/in make delve-supported
FROM binary-dummy AS delve-unsupported
FROM delve-supported AS delve
FROM base AS gowinres
RUN make gowinres
FROM base AS containerd-src
FROM base AS containerd-build
RUN --mount=from=containerd-src,target=/in make containerd-build
FROM containerd-build AS containerd-linux
FROM binary-dummy AS containerd-windows
FROM containerd-linux AS containerd
FROM base AS golangci_lint
RUN make golangci_lint
FROM base AS gotestsum
RUN make gotestsum
FROM base AS shfmt
RUN make shfmt
FROM base AS gopls
RUN make gopls
FROM base AS dockercli
RUN make dockercli
FROM base AS dockercli-integration
RUN make dockercli-integration
FROM base AS runc-src
FROM base AS runc-build
RUN --mount=from=runc-src,target=/in make runc-build
FROM runc-build AS runc-linux
FROM binary-dummy AS runc-windows
FROM runc-linux AS runc
FROM base AS tini-src
FROM base AS tini-build
RUN --mount=from=tini-src,target=/in make tini-build
FROM tini-build AS tini-linux
FROM binary-dummy AS tini-windows
FROM tini-linux AS tini
FROM base AS rootlesskit-src
FROM base AS rootlesskit-build
RUN --mount=from=rootlesskit-src,target=/in make rootlesskit-build
FROM rootlesskit-build AS rootlesskit-linux
FROM binary-dummy AS rootlesskit-windows
FROM rootlesskit-linux AS rootlesskit
FROM base AS crun
RUN make crun
FROM base AS containerutil-src
FROM base AS containerutil-build
RUN --mount=from=containerutil-src,target=/in make containerutil-build
FROM binary-dummy AS containerutil-linux
FROM containerutil-build AS containerutil-windows-amd64
FROM containerutil-windows-amd64 AS containerutil-windows
FROM containerutil-linux AS containerutil
FROM docker/buildx-bin:0.36.1 AS buildx
FROM docker/compose-bin:v5.5.0 AS compose
FROM base AS dev-systemd-false
COPY --from=frozen-images /out /usr/local/
COPY --from=delve /out /usr/local/
COPY --from=gowinres /out /usr/local/
COPY --from=tini /out /usr/local/
COPY --from=registry /out /usr/local/
COPY --from=gotestsum /out /usr/local/
COPY --from=golangci_lint /out /usr/local/
COPY --from=shfmt /out /usr/local/
COPY --from=runc /out /usr/local/
COPY --from=containerd /out /usr/local/
COPY --from=rootlesskit /out /usr/local/
COPY --from=containerutil /out /usr/local/
COPY --from=crun /out /usr/local/
COPY --from=buildx /out /usr/local/
COPY --from=compose /out /usr/local/
FROM dev-systemd-false AS dev-systemd-true
RUN make dev-systemd-true
FROM dev-systemd-false AS dev-firewalld-false
FROM dev-systemd-true AS dev-firewalld-true
RUN make dev-firewalld-true
FROM dev-firewalld-false AS dev-base
COPY --from=dockercli /out /usr/local/
COPY --from=dockercli-integration /out /usr/local/
RUN make dev-base
FROM base AS build
COPY --from=gowinres /out /usr/local/
RUN make build
FROM scratch AS binary
COPY --from=build /out /usr/local/
FROM scratch AS all
COPY --from=tini /out /usr/local/
COPY --from=runc /out /usr/local/
COPY --from=containerd /out /usr/local/
COPY --from=rootlesskit /out /usr/local/
COPY --from=containerutil /out /usr/local/
COPY --from=build /out /usr/local/
FROM base AS smoketest
COPY --from=build /out /usr/local/
RUN make smoketest
FROM dev-base AS devcontainer
COPY --from=gopls /out /usr/local/
FROM docker:dind AS dind
COPY --from=dockercli /out /usr/local/
COPY --from=buildx /out /usr/local/
COPY --from=compose /out /usr/local/
COPY --from=all /out /usr/local/
FROM dev-base AS dev
