namespace HybridStore.Ingest;

/// <summary>How many threads may read each source of a step, so that all of them end at about the same time.</summary>
/// <remarks>A source that is read in ranges becomes more data files: so only as many are as it takes.</remarks>
internal static class SourceShares
{
    /// <summary>Threads may be busy for this many times the even share before another source is split.</summary>
    private const double UnevenMax = 1.1;

    /// <summary>The threads for each source.</summary>
    /// <param name="sizes">The sources' bytes.</param>
    /// <param name="jobs">Threads; they take the largest first.</param>
    internal static int[] Of(IReadOnlyList<long> sizes, int jobs)
    {
        var shares = new int[sizes.Count];
        Array.Fill(shares, sizes.Count < jobs ? jobs : 1);
        if (sizes.Count < jobs) return shares;
        var evenBytes = sizes.Sum() / (double)jobs;
        while (true)
        {
            var (longestBytes, last) = Longest(sizes, shares, jobs);
            if (longestBytes <= evenBytes * UnevenMax || shares[last] > 1) return shares;
            shares[last] = jobs;
        }
    }

    /// <summary>The thread that ends last: how much it has read, and the source that it reads last.</summary>
    private static (double Bytes, int Last) Longest(IReadOnlyList<long> sizes, int[] shares, int jobs)
    {
        var pieces = Enumerable.Range(0, sizes.Count).SelectMany(source => Enumerable.Repeat((Source: source, Bytes: (double)sizes[source] / shares[source]), shares[source]));
        var threads = new PriorityQueue<(double Bytes, int Last), double>(Enumerable.Repeat(((0.0, -1), 0.0), jobs));
        var longest = (Bytes: -1.0, Last: -1);
        foreach (var piece in pieces.OrderByDescending(piece => piece.Bytes))
        {
            var bytes = threads.Dequeue().Bytes + piece.Bytes;
            threads.Enqueue((bytes, piece.Source), bytes);
            if (bytes > longest.Bytes) longest = (bytes, piece.Source);
        }

        return longest;
    }
}
