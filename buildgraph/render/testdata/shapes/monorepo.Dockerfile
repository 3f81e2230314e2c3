# Services of one repository that share a library and tools, which are lent to
# each build instead of copied.
FROM golang:1.26 AS tools
RUN go install example.com/protogen@latest
FROM node:24 AS web-deps
COPY web/package.json web/package-lock.json ./
RUN npm ci
FROM golang:1.26 AS go-deps
COPY go.mod go.sum ./
RUN go mod download
FROM go-deps AS proto
COPY proto proto
RUN --mount=from=tools,source=/go/bin,target=/tools /tools/protogen proto
FROM go-deps AS lib
COPY lib lib
RUN --mount=from=proto,source=/gen,target=/gen go build ./lib/...
FROM web-deps AS web-build
COPY web .
RUN --mount=from=proto,source=/ts,target=/ts npm run build
FROM lib AS build-api
RUN --mount=from=proto,source=/gen,target=/gen go build -o /out/api ./api
FROM lib AS build-worker
RUN --mount=from=proto,source=/gen,target=/gen go build -o /out/worker ./worker
FROM lib AS build-cron
RUN --mount=from=proto,source=/gen,target=/gen go build -o /out/cron ./cron
FROM lib AS test
RUN --mount=from=tools,source=/go/bin,target=/tools --mount=from=web-build,source=/dist,target=/dist go test ./...
FROM gcr.io/distroless/static AS runtime
FROM runtime AS api
COPY --from=build-api /out/api /
COPY --from=web-build /dist /public
FROM runtime AS worker
COPY --from=build-worker /out/worker /
FROM runtime AS cron
COPY --from=build-cron /out/cron /
FROM scratch AS all
COPY --from=api / /api
COPY --from=worker / /worker
COPY --from=cron / /cron
