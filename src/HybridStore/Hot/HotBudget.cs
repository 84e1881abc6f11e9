using Npgsql;

namespace HybridStore.Hot;

/// <summary>Keeps loads inside of a limit: what would not fit is refused before it begins, and days stop when the rest turns out larger than expected.</summary>
/// <param name="dataset">For messages.</param>
/// <param name="bytesMax">The limit for all hot tables and indexes; null for none.</param>
/// <param name="diskFreeBytes">What is free where Postgres keeps its data; null when that is not known.</param>
/// <param name="bytesOfRow">The estimate for a row.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class HotBudget(string dataset, long? bytesMax, long? diskFreeBytes, double bytesOfRow)
{
    private readonly Lock _lock = new();
    private double _inFlightBytes;

    /// <summary>No limit to know of.</summary>
    /// <param name="dataset">For messages.</param>
    internal static HotBudget None(string dataset) => new(dataset, bytesMax: null, diskFreeBytes: null, bytesOfRow: 0);

    /// <summary>Refuses a load that would not fit.</summary>
    /// <param name="rowCount">Its rows.</param>
    /// <param name="symbolDays">Its symbol-days.</param>
    /// <param name="hotBytes">What is hot already.</param>
    /// <exception cref="StoreException">Usage: it would exceed the limit. Environment: it would fill the disk.</exception>
    internal void Check(long rowCount, int symbolDays, long hotBytes)
    {
        var needed = (long)(rowCount * bytesOfRow);
        if (bytesMax is { } limit && hotBytes + needed > limit)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{dataset}: {symbolDays} symbol-days of {rowCount} rows would be loaded and take about {ByteSize.ToText(needed)}; with the {ByteSize.ToText(hotBytes)} that are hot that exceeds the limit of {ByteSize.ToText(limit)}. Nothing was loaded. Ask for less, evict something, or raise --max-bytes or hot_bytes_max of hybrid.json.");
        }

        if (needed > diskFreeBytes)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"{dataset}: {symbolDays} symbol-days of {rowCount} rows would be loaded and take about {ByteSize.ToText(needed)}; the disk of the embedded Postgres has {ByteSize.ToText(diskFreeBytes.Value)} free. Nothing was loaded. Ask for less, evict something, or make room.");
        }
    }

    /// <summary>Refuses one more day when what is there, what is being loaded and that day would exceed the limit.</summary>
    /// <param name="connection">Asks how much is there.</param>
    /// <param name="request">The day.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Dispose when the day is done, however it ends.</returns>
    /// <exception cref="StoreException">Usage: it would exceed the limit.</exception>
    internal async Task<IDisposable> EnterAsync(NpgsqlConnection connection, DayRequest request, CancellationToken cancellationToken)
    {
        if (bytesMax is not { } limit) return new Place(this, 0);
        var hotBytes = await new HotBooks(connection).ReadBytesAsync(cancellationToken).ConfigureAwait(false);
        var needed = request.RowCount * bytesOfRow;
        lock (_lock)
        {
            if (hotBytes + _inFlightBytes + needed <= limit)
            {
                _inFlightBytes += needed;
                return new Place(this, needed);
            }
        }

        throw new StoreException(
            StoreErrorKind.Usage,
            $"{dataset}: stopped before {request.Date:O}: {ByteSize.ToText(hotBytes)} are hot and the day takes about {ByteSize.ToText((long)needed)}, which exceeds the limit of {ByteSize.ToText(limit)}. The days loaded so far stay. Evict something, or raise --max-bytes or hot_bytes_max of hybrid.json, and run it again.");
    }

    private sealed class Place(HotBudget budget, double bytes) : IDisposable
    {
        public void Dispose()
        {
            lock (budget._lock) budget._inFlightBytes -= bytes;
        }
    }
}
