# The origin: GET /recommendations, events, and the refresh cycles that publish to KV. The edge is deployed to Cloudflare.
#   docker build -t spillway-origin .
# A test copies the same files, runs the same install and the same command: tools/e2e/container.test.ts.

FROM node:26-slim AS build
RUN npm install --global pnpm@12
WORKDIR /spillway
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY shared shared
COPY model model
COPY kit kit
COPY store store
COPY simulation simulation
COPY origin origin
COPY migrations migrations
# The commands: docker compose exec origin node cli/src/main.ts routing show
COPY analytics analytics
COPY demo demo
COPY cli cli
# The routing of the first start.
COPY edge/routing.toml edge/
RUN pnpm install --prod --frozen-lockfile --filter @spillway/cli...

FROM node:26-slim
LABEL org.opencontainers.image.title="Spillway origin" org.opencontainers.image.licenses="MIT"
WORKDIR /spillway
COPY --from=build /spillway ./
RUN install -d -o node -g node /data
USER node
ENV NODE_ENV=production ORIGIN_HOST=0.0.0.0 ORIGIN_PORT=8788 SPILLWAY_DATA=/data
VOLUME /data
EXPOSE 8788
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD node -e "fetch('http://127.0.0.1:' + process.env.ORIGIN_PORT + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "origin/src/index.ts"]
