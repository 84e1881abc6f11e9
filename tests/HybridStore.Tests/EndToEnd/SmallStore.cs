using HybridStore.Tests.Support;

namespace HybridStore.Tests.EndToEnd;

/// <summary>A store with two small datasets, for tests that change nothing.</summary>
public sealed class SmallStore : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallStore()
    {
        Program = new HybridProgram(_folder.File("store"));
        foreach (var name in (string[])["quotes", "trades"]) Program.RunOk("ingest", _folder.Write($"{name}/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"), "--quiet");
    }

    internal HybridProgram Program { get; }

    public void Dispose() => _folder.Dispose();
}
