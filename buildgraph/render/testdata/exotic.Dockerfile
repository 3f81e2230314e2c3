# syntax=docker/dockerfile:1
ARG GO=1.25
# tools has the linters
FROM --platform=$BUILDPLATFORM golang:${GO} AS tools
RUN go install honnef.co/go/tools/cmd/staticcheck@latest

FROM golang:${GO} AS build
ONBUILD COPY --from=tools /go/bin/staticcheck /usr/local/bin/
WORKDIR /src
COPY . .
RUN --mount=type=cache,id=go,target=/root/.cache/go-build go build -o /out/ ./...

FROM build AS test
RUN --mount=type=secret,id=token go test ./...

FROM alpine AS docs
RUN --mount=from=build,source=/src/docs,target=/docs cp -r /docs /html
COPY --from=later x y
COPY --from=9 x y

FROM scratch
COPY --from=build /out/server /out/worker /
COPY --from=build /src/etc /etc
COPY --from=build /src/share /share
COPY --from=assets . /assets
COPY --from=nginx:1.27 /etc/nginx /etc/nginx
CMD ["/server"]

FROM scratch as later
COPY --from=4 /server /
