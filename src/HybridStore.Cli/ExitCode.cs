namespace HybridStore.Cli;

/// <summary>What the process returns; scripts rely on these.</summary>
internal static class ExitCode
{
    internal const int Ok = 0;
    internal const int Bug = 1;
    internal const int Usage = 2;
    internal const int SourceData = 3;
    internal const int CorruptStore = 4;
    internal const int Environment = 5;
    internal const int Cancelled = 130;

    /// <summary>Worst first.</summary>
    private static readonly int[] ByWeight = [Bug, CorruptStore, Environment, SourceData, Usage];

    /// <summary>The code of several pieces of work, of which some failed.</summary>
    /// <param name="failures">The codes of those that did; none means that all went well.</param>
    internal static int Worst(IReadOnlyCollection<int> failures) => failures.Count == 0 ? Ok : ByWeight.First(failures.Contains);

    internal static int Of(StoreErrorKind kind) => kind switch
    {
        StoreErrorKind.Usage => Usage,
        StoreErrorKind.SourceData => SourceData,
        StoreErrorKind.CorruptStore => CorruptStore,
        _ => Environment,
    };
}
