# A build of the size and shape of BuildKit's own.
FROM tonistiigi/xx:1.6.1 AS xx
RUN make xx
FROM golang:1.26-alpine3.22 AS golatest
RUN make golatest
FROM golatest AS golang-cross
COPY --from=xx /out /usr/bin/
FROM golang-cross AS runc-src
RUN make runc-src
FROM runc-src AS runc
RUN make runc
FROM golang-cross AS dnsname
RUN make dnsname
FROM dnsname AS cni
RUN make cni
FROM golang-cross AS gobuild-base
RUN make gobuild-base
FROM gobuild-base AS buildkit-version
RUN make buildkit-version
FROM gobuild-base AS buildctl
RUN --mount=from=buildkit-version,target=/in make buildctl
FROM gobuild-base AS buildkitd
RUN --mount=from=buildkit-version,target=/in make buildkitd
FROM tonistiigi/binfmt:buildkit AS qemu
RUN make qemu
FROM gobuild-base AS dlv
RUN make dlv
FROM golang-cross AS cni-plugins
RUN make cni-plugins
FROM gobuild-base AS rootlesskit
RUN make rootlesskit
FROM golang-cross AS containerd-src
RUN make containerd-src
FROM containerd-src AS containerd
RUN make containerd
FROM containerd-src AS containerd-alt-17
RUN make containerd-alt-17
FROM containerd-src AS containerd-alt-20
RUN make containerd-alt-20
FROM gobuild-base AS registry
RUN make registry
FROM gobuild-base AS stargz
RUN make stargz
FROM gobuild-base AS nydus
RUN make nydus
FROM minio/minio AS minio
RUN make minio
FROM minio/mc AS minio-mc
RUN make minio-mc
FROM golang-cross AS crane
RUN make crane
FROM scratch AS binaries-linux
COPY --from=runc /out /usr/bin/
COPY --from=qemu /out /usr/bin/
COPY --from=buildctl /out /usr/bin/
COPY --from=buildkitd /out /usr/bin/
COPY --from=cni-plugins /out /usr/bin/
COPY --from=dnsname /out /usr/bin/
FROM binaries-linux AS binaries
RUN make binaries
FROM gobuild-base AS release
RUN --mount=from=binaries,target=/in make release
FROM alpine:3.22 AS buildkit-export
COPY --from=binaries /out /usr/bin/
FROM buildkit-export AS buildkit-buildkitd
RUN make buildkit-buildkitd
FROM gobuild-base AS integration-base
RUN make integration-base
FROM integration-base AS integration-tests
COPY --from=nydus /out /usr/bin/
COPY --from=stargz /out /usr/bin/
COPY --from=rootlesskit /out /usr/bin/
COPY --from=containerd /out /usr/bin/
COPY --from=containerd-alt-17 /out /usr/bin/
COPY --from=containerd-alt-20 /out /usr/bin/
COPY --from=registry /out /usr/bin/
COPY --from=runc /out /usr/bin/
COPY --from=binaries /out /usr/bin/
COPY --from=minio /out /usr/bin/
COPY --from=minio-mc /out /usr/bin/
COPY --from=crane /out /usr/bin/
FROM integration-tests AS dev-env
RUN make dev-env
FROM buildkit-export AS buildkit-linux
COPY --from=binaries /out /usr/bin/
FROM buildkit-linux AS buildkit-linux-debug
COPY --from=dlv /out /usr/bin/
FROM alpine:3.22 AS rootless
COPY --from=rootlesskit /out /usr/bin/
COPY --from=binaries /out /usr/bin/
FROM buildkit-linux AS buildkit
RUN make buildkit
