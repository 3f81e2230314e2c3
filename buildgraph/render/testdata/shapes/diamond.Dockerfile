FROM node:22-alpine AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
FROM deps AS client
COPY client client
RUN npm run build:client
FROM deps AS server
COPY server server
RUN npm run build:server
FROM node:22-alpine AS final
WORKDIR /app
COPY --from=client /app/dist/client public
COPY --from=server /app/dist/server .
CMD ["node", "server.js"]
