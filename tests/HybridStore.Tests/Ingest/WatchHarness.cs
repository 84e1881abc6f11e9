using System.Collections.Concurrent;
using HybridStore.Ingest;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Runs a watch over the folder <c>in</c> of a test's own folder, under a clock that the test moves.</summary>
internal sealed class WatchHarness(TemporaryFolder folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal ConcurrentQueue<IngestReport> Reports { get; } = [];

    internal ConcurrentQueue<string> Notes { get; } = [];

    internal string Store => folder.File("store");

    internal long Stored() => Reports.Sum(report => report.Totals.RowsStored);

    internal int Told(string text) => Notes.Count(note => note.Contains(text, StringComparison.Ordinal));

    internal void Watch(Action<HandTime> test)
    {
        using var stop = new CancellationTokenSource();
        var time = new HandTime();
        var watch = Task.Factory.StartNew(() => Run(time, folder.File("in"), stop.Token), TaskCreationOptions.LongRunning);
        try
        {
            test(time);
            Assert.False(watch.IsCompleted);
        }
        finally
        {
            stop.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() => watch.GetAwaiter().GetResult());
    }

    internal void Run(TimeProvider time, string path, CancellationToken stop) =>
        new IngestWatch(Store, time, Notes.Enqueue).Run(new IngestRequest { Paths = [path], Jobs = 1 }, Reports.Enqueue, stop);

    internal static void Await(HandTime time, Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        Patience));
}
