# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.6.1 AS xx
FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS base
COPY --from=xx / /
RUN apk add git clang lld
WORKDIR /src
FROM base AS version
RUN --mount=target=. git describe > /version
FROM base AS vendored
RUN --mount=target=. go mod vendor
FROM base AS build
RUN --mount=target=. --mount=from=version,source=/version,target=/version xx-go build -o /out/tool . && xx-verify /out/tool
FROM scratch AS binary
COPY --from=build /out/tool /
FROM base AS test
COPY --from=vendored /src/vendor vendor
RUN --mount=from=binary,target=/bin/tool go test ./...
FROM alpine:3.22 AS image
COPY --from=binary /tool /usr/bin/tool
FROM base AS release
RUN --mount=from=binary,target=/bin --mount=from=version,source=/version,target=/version tar czf /tool.tgz /bin/tool
