# Build: docker build -t rawsse .        Run: docker run --rm -p 127.0.0.1:3000:3000 -e RAWSSE_ANONYMOUS_PUBLISH=on rawsse
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /rawsse
# What decides the restore comes first, so that a changed line of code does not fetch the packages again.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/RawSse.Protocol/RawSse.Protocol.csproj src/RawSse.Protocol/
COPY src/RawSse.Server/RawSse.Server.csproj src/RawSse.Server/
RUN dotnet restore src/RawSse.Server
COPY src/ src/
RUN dotnet publish src/RawSse.Server -c Release --no-restore -o /app

# Chiseled: no shell, no package manager, and a user of its own (app, 1654).
FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
# In a container loopback is the container's own, so the listener is public here; publishing to it stays refused until
# RAWSSE_ANONYMOUS_PUBLISH=on says otherwise.
ENV RAWSSE_LISTEN=0.0.0.0:3000
EXPOSE 3000
# dotnet is process 1 and gets SIGTERM itself: it drains, then exits 0.
ENTRYPOINT ["dotnet", "RawSse.Server.dll"]
