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

    internal static int Of(StoreErrorKind kind) => kind switch
    {
        StoreErrorKind.Usage => Usage,
        StoreErrorKind.SourceData => SourceData,
        StoreErrorKind.CorruptStore => CorruptStore,
        _ => Environment,
    };
}
