using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>Asks the store what it holds of a channel, for somebody to look at. A request of <see cref="IStore.Locate"/>.</summary>
internal interface IExtentQuery
{
    /// <summary>The answer; the default when there is no stream or the store went away. Home shard.</summary>
    void OnExtent(in StreamExtent extent);
}
