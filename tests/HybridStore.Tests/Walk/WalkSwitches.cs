namespace HybridStore.Tests.Walk;

/// <summary>What a walk leaves out until a known fault is mended: by name, here only.</summary>
internal static class WalkSwitches
{
    /// <summary>Negative zeros among the values.</summary>
    internal static bool HasNegativeZero => false;

    /// <summary>NaN in a row group that is not a file's last.</summary>
    internal static bool HasEarlyNaN => false;

    /// <summary>Undo more than once, which forgot sources and quarantine.</summary>
    internal static bool UndoesUndo => false;

    /// <summary>Undo of a column that a later file brought.</summary>
    internal static bool UndoesColumns => true;

    /// <summary>Leases, beside symbols without one.</summary>
    internal static bool Leases => true;

    /// <summary>Loads of whole days, after rows were taken back.</summary>
    internal static bool LoadsAll => true;

    /// <summary>Repartition beside others that read.</summary>
    internal static bool VerifiesBesideRepartition => false;
}
