FROM golang:1.26 AS base
WORKDIR /src
FROM base AS deps
COPY go.mod go.sum ./
RUN go mod download
FROM deps AS build
COPY . .
RUN go build -o /out/server ./cmd/server
FROM build AS package
RUN strip /out/server
