FROM golang:1.26 AS base
WORKDIR /src
FROM base AS deps
COPY go.mod go.sum ./
RUN go mod download
FROM deps AS lint
COPY . .
RUN --mount=from=golangci/golangci-lint:v2.5,source=/usr/bin/golangci-lint,target=/usr/bin/golangci-lint golangci-lint run
FROM deps AS unit
COPY . .
RUN go test ./...
FROM deps AS build
COPY . .
RUN go build -o /server .
FROM node:22 AS assets
COPY web .
RUN npm ci && npm run build
FROM gcr.io/distroless/static AS runtime
COPY --from=build /server /server
COPY --from=assets /dist /public
ENTRYPOINT ["/server"]
