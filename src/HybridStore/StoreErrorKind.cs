namespace HybridStore;

/// <summary>What went wrong outside of hybrid, as far as a caller can act on it.</summary>
public enum StoreErrorKind
{
    /// <summary>The request names something that is not there or makes no sense (exit code 2).</summary>
    Usage,

    /// <summary>A source file, or the data asked for, is missing or not as it should be (exit code 3).</summary>
    SourceData,

    /// <summary>The store's own files are damaged, missing, or of a version that is not understood (exit code 4).</summary>
    CorruptStore,

    /// <summary>The disk, the memory, the native libraries or Postgres refused (exit code 5).</summary>
    Environment,
}
